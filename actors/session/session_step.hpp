#pragma once

#include "actors/interfaces/broker_actor.hpp"
#include "actors/interfaces/pending_call.hpp"

#include <cstdint>
#include <optional>
#include <utility>

namespace troupe::session {

/// The step of a session that runs, or ran last, and who waits for it.
struct session_step {
  /// Has the worker of the session; none after a restart of the node until its pool is
  /// there.
  broker_actor broker;
  /// Counts steps: what comes of an earlier one is late.
  uint64_t number = 0;
  /// The call that is answered at the end of the step; absent if its client has left.
  std::optional<pending_call> waiter;

  /// Returns whether a call of this client waits.
  bool is_for(const reply_sink_ptr& client) const {
    return waiter && waiter->sink == client;
  }

  /// Returns whether this call waits.
  bool is_for(const reply_sink_ptr& client, tag_id tag) const {
    return is_for(client) && waiter->tag == tag;
  }

  /// Settles the waiting call, if any.
  void settle(call_result result) {
    if (auto told = std::exchange(waiter, std::nullopt))
      told->settle(std::move(result));
  }
};

} // namespace troupe::session
