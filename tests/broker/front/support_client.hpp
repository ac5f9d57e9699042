#pragma once

#include "tests/broker/front/support_front.hpp"

#include "broker/front/connection.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <sys/socket.h>

#include <memory>
#include <utility>

namespace troupe::testing {

/// A connection on a real loop, and the other end of its socket. The test plays the pool
/// `p`, whose calls it keeps, and counts what else becomes of them.
struct client_fixture : loop_fixture, kept_calls {
  client_fixture() {
    pool = play_callee(system, {.asked = [this](submission& s) { keep(s); },
                                .cancelled = [this] { cancelled.add(); },
                                .forgotten = [this] { forgotten.add(); },
                                .released = [this] { released.add(); }});
    names.set({{"p", pool}});
    context->directory = &names;
    context->log = std::make_shared<spdlog::logger>("silent");
    context->max_request = 64 * 1024;
  }
  ~client_fixture() {
    if (client)
      first.run([this] {
        client->close();
        client.reset();
        return true;
      });
    asked.clear();
    names.set({});
    caf::anon_send_exit(pool, caf::exit_reason::kill);
    pool = nullptr;
  }

  template <class Connection, class... More>
  void connect(More... more) {
    int pair[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    peer.reset(pair[0]);
    auto fd = std::make_shared<loop::unique_fd>(pair[1]);
    client = first.run([&, fd]() -> std::shared_ptr<front::connection> {
      auto c = std::make_shared<Connection>(first.home, std::move(*fd), context, more...);
      c->start();
      return c;
    });
  }

  void sends(std::string_view bytes) { send_bytes(peer.get(), bytes); }

  directory names{"n"};
  std::shared_ptr<front::front_context> context =
      std::make_shared<front::front_context>();
  callee_actor pool;
  tally cancelled, forgotten, released;
  loop::unique_fd peer;
  std::shared_ptr<front::connection> client;
};

} // namespace troupe::testing
