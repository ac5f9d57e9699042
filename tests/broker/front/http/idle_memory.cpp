// Proves that a client that asks for nothing holds none of what its requests took.
#include "broker/front/socket/socket_connection.hpp"
#include "broker/front/web/web_connection.hpp"
#include "protocol/base/trace_context.hpp"
#include "tests/broker/front/http/support_http_connection.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace idle_memory {

const std::string request =
    "POST /api/call/p/k HTTP/1.1\r\nHost: x\r\nX-API-Key: k\r\nContent-Length: 1\r\n"
    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n1";

struct idle_fixture : http_connection_fixture {
  idle_fixture()
    : http_connection_fixture("p") {}

  /// Answers the call that has come. Returns its trace, which lives for as long as the
  /// connection remembers the request.
  std::weak_ptr<const trace_context> answers() {
    BOOST_REQUIRE(arrived.reaches(++requests));
    auto trace = first.run([this] {
      std::lock_guard lock{mutex};
      auto s = std::move(asked.front());
      asked.clear();
      s.sink->settle(s.tag, outcome{shared_bytes::literal("1"), {}});
      return std::weak_ptr{s.what.trace};
    });
    BOOST_REQUIRE(receives().starts_with("HTTP/1.1 200 "));
    first.run([] { return true; }); // the turn that has sent it is over
    return trace;
  }
  std::weak_ptr<const trace_context> asks() {
    sends(request);
    return answers();
  }
  void passes_a_second() {
    first.run([this] {
      client->check(steady_clock::now());
      return true;
    });
  }

  size_t requests = 0;
};

} // namespace idle_memory

BOOST_FIXTURE_TEST_SUITE(idle_memory, idle_fixture)

BOOST_AUTO_TEST_CASE(what_the_first_request_took_is_free_when_its_answer_has_left) {
  BOOST_TEST(asks().expired());
}

BOOST_AUTO_TEST_CASE(what_serves_the_next_request_is_kept_until_the_client_is_silent) {
  asks();
  auto kept = asks();
  BOOST_TEST(!kept.expired());
  passes_a_second(); // in which it has asked
  BOOST_TEST(!kept.expired());
  passes_a_second();
  BOOST_TEST(kept.expired());
  BOOST_TEST(asks().expired());
}

BOOST_AUTO_TEST_CASE(a_request_that_has_begun_outlives_the_answer_to_the_one_before) {
  for (auto cut : {size_t{1}, request.size() / 2, request.size() - 1}) {
    sends(request + request.substr(0, cut));
    answers();
    passes_a_second();
    passes_a_second();
    sends(request.substr(cut));
    answers();
  }
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_small) {
  constexpr size_t most = 704; // of the 2 KiB that an idle client may take
  BOOST_TEST(sizeof(front::http::http_connection) <= most);
  BOOST_TEST(sizeof(front::web::web_connection) <= most);
  BOOST_TEST(sizeof(front::socket::socket_connection) <= most);
}

BOOST_AUTO_TEST_SUITE_END()
