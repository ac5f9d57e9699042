// Proves where what a client had goes when the client does: its connection may outlive it
// on a thread that answers its calls.
#include "broker/front/http/http_connection.hpp"
#include "tests/actors/loop/support_loop.hpp"

#include <spdlog/spdlog.h>

#include <poll.h>
#include <sys/socket.h>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::http;
using namespace troupe::loop;
using namespace troupe::testing;

namespace closed_clients {

/// Tells where it ends.
struct telling_client final : websocket::websocket_client {
  telling_client(websocket::websocket_host& host, std::promise<event_loop*>& ended)
    : websocket_client(host, 1024)
    , ended_(ended) {}
  ~telling_client() override { ended_.set_value(event_loop::current()); }

  void begin() override {}
  void on_outcome(tag_id, call_result&) override {}
  void on_message(websocket::opcode, std::string) override { host_.drop(); }

  std::promise<event_loop*>& ended_;
};

/// A connection on a real loop, and the other end of its socket. The test holds the
/// connection, as whoever has calls of it does.
struct closed_client_fixture : loop_fixture {
  closed_client_fixture() {
    int pair[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    peer.reset(pair[0]);
    auto context = std::make_shared<front_context>();
    context->directory = &names;
    context->system = &system;
    context->log = std::make_shared<spdlog::logger>("silent");
    context->api_key = "k";
    auto routes = std::make_shared<route_registry>();
    routes->add({.method = "GET",
                 .pattern = "ws",
                 .read = [](http_request&, request_source&) { return result<>{}; },
                 .answers = answer_form::websocket,
                 .open_socket =
                     [this](websocket::websocket_host& host, const http_request&) {
                       return std::make_unique<telling_client>(host, ended);
                     }});
    auto fd = std::make_shared<unique_fd>(pair[1]);
    client = first.run([&, fd, context, routes] {
      auto c =
          std::make_shared<http_connection>(first.home, std::move(*fd), context, routes);
      c->start();
      return c;
    });
  }

  void sends(std::string_view bytes) {
    BOOST_REQUIRE(::send(peer.get(), bytes.data(), bytes.size(), 0)
                  == static_cast<ssize_t>(bytes.size()));
  }
  void upgrade() {
    sends("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
          "X-API-Key: k\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
          "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    pollfd p{peer.get(), POLLIN, 0};
    BOOST_REQUIRE(::poll(&p, 1, 10'000) == 1);
  }

  directory names{"n"};
  std::promise<event_loop*> ended;
  unique_fd peer;
  std::shared_ptr<http_connection> client;
};

} // namespace closed_clients

BOOST_FIXTURE_TEST_SUITE(closed_clients, closed_client_fixture)

BOOST_AUTO_TEST_CASE(a_websocket_ends_on_its_loop_while_others_hold_its_connection) {
  upgrade();
  peer.reset();
  BOOST_TEST(get(ended.get_future()) == &first.home);
}

BOOST_AUTO_TEST_CASE(one_that_drops_its_connection_itself_ends_after_that) {
  upgrade();
  sends(std::string{"\x81\x80\0\0\0\0", 6});
  BOOST_TEST(get(ended.get_future()) == &first.home);
}

BOOST_AUTO_TEST_SUITE_END()
