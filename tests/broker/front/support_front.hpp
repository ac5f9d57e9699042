#pragma once

#include "tests/actors/loop/support_loop.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::testing {

/// What one that is called does, on a thread of CAF's. What is not set does nothing.
struct callee_part {
  std::function<void(submission&)> asked = {};
  std::function<void()> cancelled = {};
  std::function<void()> forgotten = {};
  std::function<void()> released = {};
};

/// Returns one that connections can call. It ends by an exit message.
inline callee_actor play_callee(caf::actor_system& system, const callee_part& part) {
  auto call = [](const std::function<void()>& f) {
    if (f)
      f();
  };
  return system.spawn([=]() -> callee_actor::behavior_type {
    return {
        [=](submissions& batch) {
          if (part.asked)
            std::for_each(batch.begin(), batch.end(), part.asked);
        },
        [=](atom::cancel, const reply_sink_ptr&, tag_id) { call(part.cancelled); },
        [=](atom::forget, const reply_sink_ptr&) { call(part.forgotten); },
        [=](atom::writable, const reply_sink_ptr&) { call(part.released); },
        [](troupe::call&) { return outcome{}; },
    };
  });
}

/// The calls that have come to a callee, for a test to answer.
struct kept_calls {
  void keep(submission& s) {
    std::lock_guard lock{mutex};
    asked.push_back(std::move(s));
    arrived.add();
  }

  std::mutex mutex;
  /// What was asked and is not answered.
  std::vector<submission> asked;
  /// How often something was asked.
  tally arrived;
};

/// Sends all of `bytes` to the other end of a connection.
inline void send_bytes(int peer, std::string_view bytes) {
  BOOST_REQUIRE(::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL)
                == static_cast<ssize_t>(bytes.size()));
}

/// Returns what comes next from there; empty where the connection was closed.
inline std::string receive_bytes(int peer) {
  pollfd p{peer, POLLIN, 0};
  BOOST_REQUIRE(::poll(&p, 1, 10'000) == 1);
  char bytes[4096];
  auto n = ::recv(peer, bytes, sizeof bytes, 0);
  return {bytes, static_cast<size_t>(std::max<ssize_t>(n, 0))};
}

} // namespace troupe::testing
