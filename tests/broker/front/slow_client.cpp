// Proves what becomes of a client that asks and does not read, and that what it takes
// back costs the same however much it has asked.
#include "broker/front/http/http_connection.hpp"
#include "broker/front/socket/socket_connection.hpp"
#include "tests/broker/front/support_client.hpp"

#include <poll.h>
#include <sys/socket.h>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::http;
using namespace troupe::front::socket;
using namespace troupe::loop;
using namespace troupe::testing;

namespace slow_clients {

constexpr size_t mib = 1024 * 1024;

/// A client whose calls the test answers.
struct slow_client_fixture : client_fixture {
  slow_client_fixture() { context->api_key = "k"; }

  void sends_call(const std::string& id) {
    sends("{\"request_id\":\"" + id + "\",\"to\":\"p\",\"kind\":\"k\"}\n");
  }
  void sends_request(const std::string& query = {}) {
    sends("POST /api/call/p/k" + query
          + " HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\nContent-Length: 0\r\n\r\n");
  }

  /// The pool answers the `i`th of all calls with so many bytes.
  void answer(size_t i, size_t bytes) {
    auto s = taken(i);
    s.sink->settle(s.tag,
                   outcome{shared_bytes{'"' + std::string(bytes - 2, 'x') + '"'}, {}});
  }
  submission taken(size_t i) {
    BOOST_REQUIRE(arrived.reaches(i + 1));
    std::lock_guard lock{mutex};
    return asked.at(i);
  }

  /// Reads until so many bytes came; returns how many did.
  size_t reads(size_t bytes) {
    std::string space(mib, '\0');
    size_t all = 0;
    while (all < bytes) {
      pollfd p{peer.get(), POLLIN, 0};
      if (::poll(&p, 1, 10'000) != 1)
        break;
      auto n = ::recv(peer.get(), space.data(), space.size(), 0);
      if (n <= 0)
        break;
      all += static_cast<size_t>(n);
    }
    return all;
  }

  /// Waits until `holds` does, on the loop.
  template <class F>
  bool eventually(F holds) {
    auto deadline = steady_clock::now() + patience;
    while (!first.run(holds))
      if (steady_clock::now() > deadline)
        return false;
    return true;
  }
  bool becomes_behind() {
    return eventually([this] { return client->is_behind(); });
  }
  bool is_closed() {
    return eventually([this] { return !client->is_open(); });
  }

  route_registry_ptr routes = std::make_shared<const route_registry>(built_in_routes());
};

} // namespace slow_clients

BOOST_FIXTURE_TEST_SUITE(slow_clients, slow_client_fixture)

BOOST_AUTO_TEST_CASE(one_that_reads_nothing_is_not_read_from_until_it_has_read) {
  connect<socket_connection>();
  sends_call("a");
  answer(0, 4 * mib);
  BOOST_REQUIRE(becomes_behind());
  sends_call("b");
  BOOST_TEST(first.run([] { return true; })); // a turn later it has not been read
  BOOST_TEST(arrived.count() == 1u);
  BOOST_TEST(released.count() == 0u);
  BOOST_TEST(reads(4 * mib) >= 4 * mib);
  BOOST_TEST(arrived.reaches(2));
  BOOST_TEST(released.reaches(1)); // who holds its calls is told
  BOOST_TEST(!client->is_behind());
}

BOOST_AUTO_TEST_CASE(one_for_whom_too_much_waits_is_let_go_and_counted) {
  context->backlog_most = 4 * mib;
  connect<socket_connection>();
  for (int i = 0; i < 10; ++i)
    sends_call(std::to_string(i));
  BOOST_REQUIRE(arrived.reaches(10)); // none is read once it is behind
  for (size_t i = 0; i < 10; ++i)
    answer(i, mib);
  BOOST_TEST(is_closed());
  BOOST_TEST(forgotten.reaches(1));
  BOOST_TEST(context->clients_let_go.load() == 1u);
}

BOOST_AUTO_TEST_CASE(one_large_answer_lets_nobody_go) {
  context->backlog_most = mib;
  connect<socket_connection>();
  sends_call("a");
  answer(0, 8 * mib);
  BOOST_TEST(reads(8 * mib) >= 8 * mib);
  BOOST_TEST(context->clients_let_go.load() == 0u);
}

BOOST_AUTO_TEST_CASE(answers_that_wait_for_another_answer_count_too) {
  context->backlog_most = 4 * mib;
  connect<http_connection>(routes);
  for (int i = 0; i < 10; ++i)
    sends_request();
  BOOST_REQUIRE(arrived.reaches(10));
  for (size_t i = 1; i < 10; ++i) // all but the first
    answer(i, mib);
  BOOST_TEST(is_closed());
  BOOST_TEST(context->clients_let_go.load() == 1u);
}

BOOST_AUTO_TEST_CASE(a_stream_that_waits_for_another_answer_is_held_up) {
  connect<http_connection>(routes);
  sends_request();
  sends_request("?stream=1");
  auto streamed = taken(1);
  tally room;
  auto flow = std::make_shared<stream_flow>([&] { room.add(); });
  for (int i = 0; i < 2; ++i) {
    flow->add(mib);
    streamed.sink->chunk(streamed.tag,
                         shared_bytes{'"' + std::string(mib - 2, 'x') + '"'}, flow);
  }
  BOOST_TEST(first.run([] { return true; }));
  BOOST_TEST(flow->is_full()); // nobody has read any of that
  answer(0, 100);
  BOOST_TEST(reads(2 * mib) >= 2 * mib);
  BOOST_TEST(room.reaches(1));
}

BOOST_AUTO_TEST_CASE(a_part_that_nobody_wants_holds_nothing_up) {
  connect<http_connection>(routes);
  sends_request();
  auto s = taken(0);
  answer(0, 100);
  BOOST_REQUIRE(reads(100) >= 100);
  tally room;
  auto flow = std::make_shared<stream_flow>([&] { room.add(); });
  flow->add(mib);
  s.sink->chunk(s.tag, shared_bytes{std::string(mib, ' ')}, flow);
  BOOST_TEST(room.reaches(1));
}

// -- taking back -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_cancel_costs_the_same_however_many_calls_are_open) {
  connect<socket_connection>();
  auto cancel_all = [&, all = size_t{0}](size_t count) mutable {
    for (size_t i = 0; i < count; ++i)
      sends_call(std::to_string(all + i));
    BOOST_REQUIRE(arrived.reaches(all + count));
    auto begin = steady_clock::now();
    for (auto i = count; i-- > 0;) // the last first, which is the worst
      sends("{\"kind\":\"cancel\",\"request_id\":\"" + std::to_string(all + i) + "\"}\n");
    BOOST_REQUIRE(cancelled.reaches(all + count));
    all += count;
    return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now()
                                                                 - begin);
  };
  auto little = cancel_all(1'000);
  auto much = cancel_all(20'000);
  BOOST_TEST_MESSAGE(little.count()
                     << " ms for 1,000, " << much.count() << " ms for 20,000");
  BOOST_TEST(much.count() <= 60 * std::max<int64_t>(little.count(), 1) + 500);
}

BOOST_AUTO_TEST_CASE(an_id_that_many_calls_have_is_cancelled_once_for_each) {
  connect<socket_connection>();
  for (int i = 0; i < 3; ++i)
    sends_call("same");
  sends_call("other");
  auto word = "{\"kind\":\"cancel\",\"request_id\":\"same\"}\n";
  sends(word);
  BOOST_REQUIRE(cancelled.reaches(3));
  sends_call("same");
  sends(word);
  BOOST_REQUIRE(cancelled.reaches(4));
  sends(word);
  sends("{\"kind\":\"cancel\",\"request_id\":\"other\"}\n");
  BOOST_REQUIRE(cancelled.reaches(5));
  sends_call("last");
  BOOST_REQUIRE(arrived.reaches(6));
  BOOST_TEST(cancelled.count() == 5u);
}

BOOST_AUTO_TEST_SUITE_END()
