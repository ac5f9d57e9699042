#include "broker/front/web/web_connection.hpp"
#include "protocol/base/limits.hpp"
#include "tests/broker/front/support_front.hpp"

#include <spdlog/spdlog.h>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::web;
using namespace troupe::loop;
using namespace troupe::testing;

namespace stalled_body {

/// Takes every request, and counts the parts of its body.
struct taking_handler : web_handler {
  struct taking_task : web_task {
    explicit taking_task(tally& of)
      : parts(of) {}
    result<> take_body(std::string_view) override {
      parts.add();
      return {};
    }
    void begin(const web_request&, web_answer&) override {}
    tally& parts;
  };

  std::unique_ptr<web_task> take(const web_request&) override {
    return std::make_unique<taking_task>(parts);
  }

  tally parts;
};

/// A connection of a web front on a real loop, and the other end of its socket.
struct stalled_fixture : loop_fixture {
  stalled_fixture() {
    int pair[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    peer.reset(pair[0]);
    auto context = std::make_shared<front_context>();
    context->directory = &names;
    context->system = &system;
    context->log = std::make_shared<spdlog::logger>("silent");
    auto shared = std::make_shared<web_front>();
    shared->handlers.push_back(handler);
    auto fd = std::make_shared<unique_fd>(pair[1]);
    client = first.run([&, fd, context] {
      auto c =
          std::make_shared<web_connection>(first.home, std::move(*fd), context, shared);
      c->start();
      return c;
    });
  }
  ~stalled_fixture() {
    first.run([this] {
      client->close();
      client.reset();
      return true;
    });
  }

  /// It is `later`. Returns whether the connection is open.
  bool check(std::chrono::milliseconds later) {
    return first.run([&] {
      client->check(steady_clock::now() + later);
      return client->is_open();
    });
  }

  directory names{"n"};
  std::shared_ptr<taking_handler> handler = std::make_shared<taking_handler>();
  unique_fd peer;
  std::shared_ptr<web_connection> client;
};

} // namespace stalled_body

BOOST_FIXTURE_TEST_SUITE(stalled_body, stalled_fixture)

BOOST_AUTO_TEST_CASE(a_client_of_a_web_front_whose_body_has_stalled_is_told) {
  send_bytes(peer.get(), "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n123");
  BOOST_REQUIRE(handler->parts.reaches(1));
  BOOST_TEST(check(limits::http_idle - 1s));
  check(limits::http_idle + 1s);
  auto answer = receive_bytes(peer.get());
  BOOST_TEST(answer.starts_with("HTTP/1.1 408 "), answer);
}

BOOST_AUTO_TEST_SUITE_END()
