// Proves that nothing comes behind an answer that the end of the connection ends.
#include "broker/front/http/http_connection.hpp"
#include "tests/actors/loop/support_loop.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <poll.h>
#include <sys/socket.h>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::http;
using namespace troupe::loop;
using namespace troupe::testing;

namespace last_answers {

/// A connection on a real loop, and the other end of its socket. The test plays the pool
/// `p`.
struct last_answer_fixture : loop_fixture {
  last_answer_fixture() {
    int pair[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    peer.reset(pair[0]);
    pool = system.spawn([this]() -> callee_actor::behavior_type {
      return {
          [this](submissions& batch) {
            std::lock_guard lock{mutex};
            for (auto& s : batch) {
              asked.push_back(std::move(s));
              arrived.add();
            }
          },
          [](atom::cancel, const reply_sink_ptr&, tag_id) {},
          [](atom::forget, const reply_sink_ptr&) {},
          [](atom::writable, const reply_sink_ptr&) {},
          [](call&) { return outcome{}; },
      };
    });
    names.set({{"p", pool}});
    auto context = std::make_shared<front_context>();
    context->directory = &names;
    context->system = &system;
    context->log = std::make_shared<spdlog::logger>("silent");
    context->api_key = "k";
    context->max_request = 64 * 1024;
    auto fd = std::make_shared<unique_fd>(pair[1]);
    client = first.run([&, fd, context] {
      auto c = std::make_shared<http_connection>(
          first.home, std::move(*fd), context,
          std::make_shared<const route_registry>(built_in_routes()));
      c->start();
      return c;
    });
  }
  ~last_answer_fixture() {
    first.run([this] {
      client->close();
      client.reset();
      return true;
    });
    names.set({});
    caf::anon_send_exit(pool, caf::exit_reason::kill);
    pool = nullptr;
  }

  /// A client of HTTP/1.0 that would like to keep its connection.
  void sends_request(const std::string& query) {
    auto text = "POST /api/call/p/k" + query
                + " HTTP/1.0\r\nX-API-Key: k\r\nConnection: keep-alive\r\n\r\n";
    BOOST_REQUIRE(::send(peer.get(), text.data(), text.size(), 0)
                  == static_cast<ssize_t>(text.size()));
  }

  /// All that was asked is answered in one turn of the loop.
  void answers_all() {
    first.run([this] {
      std::lock_guard lock{mutex};
      for (auto& s : asked)
        s.sink->settle(s.tag, outcome{shared_bytes::literal("1"), {}});
      asked.clear();
      return true;
    });
  }

  /// Returns all until the node closes the connection.
  std::string receives_all() {
    std::string all;
    for (;;) {
      pollfd p{peer.get(), POLLIN, 0};
      BOOST_REQUIRE(::poll(&p, 1, 10'000) == 1);
      char bytes[4096];
      auto n = ::recv(peer.get(), bytes, sizeof bytes, 0);
      if (n <= 0)
        return all;
      all.append(bytes, static_cast<size_t>(n));
    }
  }

  directory names{"n"};
  callee_actor pool;
  std::mutex mutex;
  std::vector<submission> asked;
  tally arrived;
  unique_fd peer;
  std::shared_ptr<http_connection> client;
};

} // namespace last_answers

BOOST_FIXTURE_TEST_SUITE(last_answers, last_answer_fixture)

BOOST_AUTO_TEST_CASE(no_answer_is_written_into_a_stream_that_ends_with_its_connection) {
  sends_request("?stream=1");
  sends_request("");
  BOOST_REQUIRE(arrived.reaches(2));
  answers_all();
  auto all = receives_all();
  BOOST_TEST(all.starts_with("HTTP/1.1 200 OK\r\n"), all);
  BOOST_TEST(all.find("text/event-stream") != all.npos, all);
  BOOST_TEST(all.rfind("HTTP/1.1 ") == 0u, all);
}

BOOST_AUTO_TEST_SUITE_END()
