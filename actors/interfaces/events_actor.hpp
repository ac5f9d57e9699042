#pragma once

#include "actors/interfaces/callee_actor.hpp"
#include "protocol/base/event_members.hpp"
#include "protocol/base/limits.hpp"

#include <memory>
#include <string>

namespace troupe {

/// Output of a terminal.
struct stream_part {
  /// The terminal's name.
  std::string name;
  /// Whole characters, unless what it prints is not UTF-8.
  shared_bytes bytes;
  /// How many bytes it has printed, these included.
  uint64_t offset = 0;
  /// Is told when the bytes have been taken in.
  std::shared_ptr<stream_flow> flow;
};

/// Something worth telling those who follow the node.
struct event {
  /// E.g. `worker_ready`.
  std::string kind;
  /// EVENTS writes them as JSON, behind the number, the time and the kind.
  event_members members = {};
  /// Whom it is about, for those who follow some workers alone: the name of a worker,
  /// else that of a terminal, else that of a pool.
  std::string subject = {};
  /// Where a sender bounds what is on the way: is told when the event has been taken in.
  std::shared_ptr<stream_flow> flow = nullptr;

  /// What it counts as on the way.
  size_t cost() const noexcept {
    return kind.size() + json_size(members) + limits::event_overhead;
  }
};

/// Returns the subject of an event that tells of `why` in a pool.
inline std::string subject_of(const fault& why, const std::string& pool) {
  return why.details.worker ? why.details.worker->name : pool;
}

/// Remembers the last events and hands them to those who ask.
/// As a callee it takes calls of kind `events`, each of which is answered with those
/// after `since` as soon as there is one, and from NODE those of kind `agents.replay`.
using events_actor = callee_actor::extend_with<caf::typed_actor<
    // Appends an event.
    caf::reacts_to<atom::publish, event>,
    // From TERMINAL: appends what a program printed.
    caf::reacts_to<atom::publish, stream_part>,
    // From itself: a call may have waited as long as it may.
    caf::reacts_to<internal::check>>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stream_part)
