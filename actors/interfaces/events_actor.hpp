#pragma once

#include "actors/interfaces/callee_actor.hpp"
#include "protocol/base/event_members.hpp"
#include "protocol/base/limits.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace troupe {

/// Output of a terminal.
struct stream_part {
  /// The terminal's name.
  std::string name;
  /// Whole characters, unless what it prints is not UTF-8.
  shared_bytes bytes;
  /// How many bytes it has printed, these included.
  byte_count offset;
  /// Is told when the bytes have been taken in.
  std::shared_ptr<stream_flow> flow;
};

/// A fact that the node publishes to followers.
struct event {
  /// E.g. `worker_ready`.
  std::string kind;
  /// EVENTS writes them as JSON, behind the number, the time and the kind.
  event_members members = {};
  /// The name that filters of followers are compared with: of the worker, else of the
  /// terminal, else of the pool.
  std::string subject = {};
  /// Limits what the sender has on the way: is told when EVENTS has taken the event.
  std::shared_ptr<stream_flow> flow = nullptr;

  /// Returns how much of the sender's limit the event takes while it is on the way.
  size_t cost() const noexcept {
    return kind.size() + json_size(members) + limits::event_overhead;
  }
};

/// Returns the subject of an event that tells of `why` in a pool.
inline std::string subject_of(const fault& why, const std::string& pool) {
  return why.details.worker ? why.details.worker->name : pool;
}

/// The kinds of the calls that EVENTS takes: they go to `$node`.
namespace event_calls {

/// What came after `since`, as soon as there is something.
inline constexpr std::string_view follow = "events";
/// What is remembered after `since`, at once: as agent-relay's broker answers.
inline constexpr std::string_view replay = "agents.replay";

} // namespace event_calls

/// Remembers the last events and hands them to those who ask.
/// As a callee it takes the calls of `event_calls`; those to replay come from NODE alone.
using events_actor = callee_actor::extend_with<caf::typed_actor<
    // Appends an event.
    caf::reacts_to<atom::publish, event>,
    // From TERMINAL: appends what a program printed.
    caf::reacts_to<atom::publish, stream_part>,
    // From itself: a call may have waited as long as it may.
    caf::reacts_to<internal::check_followers>>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stream_part)
