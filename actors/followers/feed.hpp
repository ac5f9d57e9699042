#pragma once

#include "actors/followers/event_queue.hpp"
#include "actors/followers/prepared_follower.hpp"
#include "actors/interfaces/events_actor.hpp"
#include "actors/loop/pinned.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <spdlog/logger.h>

#include <memory>
#include <optional>
#include <string>

namespace troupe::followers {

/// What FEED works with.
struct feed_setup {
  prepared_follower follower;
  /// The name of the node.
  std::string node;
  events_actor events;
  std::shared_ptr<spdlog::logger> log;
  /// The number of the last event that is not wanted; nothing: all up to now.
  std::optional<sequence_id> since = sequence_id{};
  /// What an earlier FEED of this follower has counted.
  follower_totals before = {};
};

struct feed_state;

using feed_self = loop::pinned_actor<feed_actor, feed_state>;

/// The state of a FEED actor. It asks EVENTS for more only after a rest, and keeps a
/// bounded number of events: neither a flood of events nor a follower that takes its time
/// costs anybody else anything.
struct feed_state {
  explicit feed_state(caf::local_actor*) {}

  void start_follower();
  /// Asks EVENTS for what came since. @param waits Whether for as long as nothing has
  /// come.
  void ask(bool waits);
  void take(const event_batch& batch);
  /// Hands the next batch over if the follower is ready for one.
  void feed();
  void hand_over(event_batch batch);
  /// The follower has answered. @param why Set if it has dropped the batch for a reason.
  void answered(uint64_t number, bool taken, const std::string& why = {});
  /// The follower could not deliver the batch yet.
  void failed(const delivery_trouble& t);
  /// The follower has ended.
  void ended(const caf::error& why);
  /// Remembers what went wrong, and writes a line that begins with the follower; at most
  /// one a `follower_report`.
  void warn(const std::string& what);
  caf::result<atom::drain> drain();
  /// Ends with the follower.
  follower_status stop();
  /// Answers who waits for the end, if the follower has all, or if `now`.
  void check_drained(bool now);
  follower_state activity() const;
  follower_status status() const;
  const config::follower& config() const noexcept { return setup.follower.config; }

  static inline const char* name = "feed";

  feed_self* self = nullptr;
  feed_setup setup;
  follower_actor follower;
  std::optional<event_queue> queue;
  /// The number of the last event that EVENTS has answered with; nothing until it has, if
  /// the follower wants no earlier ones.
  std::optional<sequence_id> since;
  /// The number of the last event that the follower has taken or dropped; nothing if it
  /// wants no earlier ones, and none has come.
  std::optional<sequence_id> position;
  /// The batch that the follower has now.
  struct {
    std::optional<event_batch> events;
    /// Grows with each time that one is handed over: an answer to an earlier time is
    /// none.
    uint64_t number = 0;
    /// How often the follower has ended with it.
    size_t deaths = 0;
    /// Attempts that failed, and why the last one did.
    uint64_t failures = 0;
    std::string why;
    /// The one before it was dropped since it could not be delivered.
    bool follows_failure = false;
  } batch;
  /// Without what became of events, which the queue counts.
  follower_totals totals;
  std::optional<follower_status::trouble> last_error;
  /// Lines of the log.
  struct {
    std::optional<steady_clock::time_point> last;
    uint64_t unsaid = 0;
  } lines;
  /// The end of the node.
  struct {
    caf::typed_response_promise<atom::drain> promise;
    bool has_begun = false;
    /// EVENTS has no more.
    bool has_all = false;
  } end;
};

static_assert(!std::is_aggregate_v<feed_state>);

/// Returns the behavior of a FEED actor. @param self Pinned to the loop of its follower.
feed_actor::behavior_type feed_behavior(feed_self* self, feed_setup setup);

} // namespace troupe::followers
