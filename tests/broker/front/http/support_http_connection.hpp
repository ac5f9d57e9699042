#pragma once

#include "broker/front/http/http_connection.hpp"
#include "tests/broker/front/support_front.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <sys/socket.h>

namespace troupe::testing {

/// An HTTP connection on a real loop, and the other end of its socket. The test plays the
/// one that it calls.
struct http_connection_fixture : loop_fixture, kept_calls {
  /// @param called The name of the one that is called.
  explicit http_connection_fixture(const std::string& called) {
    int pair[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    peer.reset(pair[0]);
    callee = play_callee(system, {.asked = [this](submission& s) { keep(s); }});
    names.set({{called, callee}});
    auto context = std::make_shared<front::front_context>();
    context->directory = &names;
    context->system = &system;
    context->log = std::make_shared<spdlog::logger>("silent");
    context->api_key = "k";
    context->max_request = 64 * 1024;
    auto fd = std::make_shared<loop::unique_fd>(pair[1]);
    client = first.run([&, fd, context] {
      using namespace front::http;
      auto c = std::make_shared<http_connection>(
          first.home, std::move(*fd), context,
          std::make_shared<const route_registry>(built_in_routes()));
      c->start();
      return c;
    });
  }
  ~http_connection_fixture() {
    first.run([this] {
      client->close();
      client.reset();
      return true;
    });
    names.set({});
    caf::anon_send_exit(callee, caf::exit_reason::kill);
    callee = nullptr;
    std::lock_guard lock{mutex};
    asked.clear();
  }

  void sends(std::string_view bytes) { send_bytes(peer.get(), bytes); }
  /// Returns what comes next; empty where the connection was closed.
  std::string receives() { return receive_bytes(peer.get()); }

  directory names{"n"};
  callee_actor callee;
  loop::unique_fd peer;
  std::shared_ptr<front::http::http_connection> client;
};

} // namespace troupe::testing
