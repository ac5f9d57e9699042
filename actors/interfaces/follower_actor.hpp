#pragma once

#include "actors/interfaces/type_ids.hpp"
#include "protocol/base/event_batch.hpp"

#include <caf/typed_actor.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

/// The role of a follower: is told of the node's events. This page and
/// `follower_registry.hpp` are all that the author of a follower needs. FEED, an actor of
/// the node, does the rest: it asks for events, keeps those that wait, and starts the
/// follower again if it ends.
namespace troupe {

/// What a follower has done with a batch.
enum class delivery : uint8_t {
  taken,
  /// It could not do anything with the events: the next batch begins with a gap that
  /// says so.
  dropped,
};

/// Follows events. It ends if an answer is an error of CAF's own.
using follower_actor = caf::typed_actor<
    // From FEED: the next events, in their order, at least one. Where some are missing, a
    // gap stands first. Answers when it is ready for the next batch; until then FEED
    // keeps what comes. A follower that ends before gets the batch again when it has been
    // started again, so it may see events twice. A `fault` means `dropped`, and is
    // logged.
    caf::replies_to<atom::follow, event_batch>::with<delivery>>;

/// What a follower tells FEED of a batch that it has, and that it goes on trying to
/// deliver.
struct delivery_trouble {
  /// Why the last attempt failed, for a person.
  std::string why;
  /// How long it waits before the next one.
  std::chrono::milliseconds wait{0};
};

/// What a follower does at this moment.
enum class follower_state : uint8_t {
  /// It has no events, and waits for the next.
  idle,
  delivering,
  /// It could not deliver its events, and tries again.
  retrying,
  /// It has ended, and is started again.
  restarting,
  /// Its FEED does not answer.
  silent,
};

/// What became of events, since the follower was added.
struct follower_totals {
  /// Events that it has taken.
  uint64_t taken = 0;
  /// Events that never reached it, or that it could not take.
  uint64_t dropped = 0;
  /// Attempts to deliver events that failed and were made again.
  uint64_t retried = 0;
  /// How often it has ended by itself.
  uint64_t ends = 0;
};

/// What FEED tells of a follower.
struct follower_status {
  std::string name;
  std::string behaviour;
  follower_state state = follower_state::idle;
  follower_totals totals;
  /// Events that wait, with those of the batch that it has now.
  uint64_t waiting = 0;
  /// The number of the last event that it has taken or dropped; nothing if it wants those
  /// from its start on, and none has come.
  std::optional<sequence_id> position;
  /// What went wrong last, and when; nothing if nothing has.
  struct trouble {
    std::string message;
    std::chrono::system_clock::time_point time;
  };
  std::optional<trouble> last_error;
};

/// Asks EVENTS for what a follower wants, and hands it over, a batch at a time.
using feed_actor = caf::typed_actor<
    // From FOLLOWERS, when the node stops: answers when the follower has the last events,
    // or when that takes too long.
    caf::replies_to<atom::drain>::with<atom::drain>,
    // From FOLLOWERS: ends at once, with its follower. What waits is not delivered.
    caf::replies_to<atom::stop>::with<follower_status>,
    // From FOLLOWERS.
    caf::replies_to<atom::status>::with<follower_status>,
    // From its follower, by `follower_context::report`.
    caf::reacts_to<delivery_trouble>,
    // From itself: asks for events again.
    caf::reacts_to<internal::work_due>,
    // From itself: starts the follower again.
    caf::reacts_to<internal::check_start>,
    // From itself: the node has waited for long enough.
    caf::reacts_to<internal::check_drained>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::event_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::delivery)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::delivery_trouble)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::follower_status)
