#pragma once

#include "actors/followers/feed.hpp"
#include "actors/followers/followers_actor.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::followers {

/// What FOLLOWERS works with.
struct followers_setup {
  /// For FEEDs to live on, in turn. Without any, as in tests, they live anywhere.
  std::vector<loop::event_loop*> loops;
  /// The name of the node.
  std::string node;
  events_actor events;
  std::shared_ptr<spdlog::logger> log;
  /// The followers to begin with: these get the events from the first on.
  follower_list first;
};

struct followers_state;

using followers_self = loop::shared_actor<followers_actor, followers_state>;

/// The state of a FOLLOWERS actor.
struct followers_state {
  explicit followers_state(caf::local_actor*) {}

  struct entry {
    prepared_follower follower;
    /// Null while the FEED before it ends, and after it has ended by itself.
    feed_actor feed;
    bool has_ended = false;
  };

  /// Starts the FEED of `e`. @param since, before As of `feed_setup`.
  void start(entry& e, std::optional<sequence_id> since, follower_totals before = {});
  follower_changes reload(follower_list& wanted);
  /// Replaces the FEED of an entry that has changed by one that goes on where it was.
  void replace(entry& e);
  void remove(const entry& e);
  caf::result<follower_report> status();
  /// Returns what FEEDs have counted, for METRICS (followers_metrics.cpp).
  caf::result<metrics_snapshot_ptr> measure();
  /// Asks all FEEDs, and goes on when each has answered or had its time.
  void ask_feeds(std::function<void(follower_report)> then);
  caf::result<atom::drain> drain();
  void on_down(const caf::down_msg& m);

  static inline const char* name = "followers";

  followers_self* self = nullptr;
  followers_setup setup;
  std::map<std::string, entry, std::less<>> entries;
  size_t next_loop = 0;
};

static_assert(!std::is_aggregate_v<followers_state>);

/// Returns the behavior of a FOLLOWERS actor.
followers_actor::behavior_type followers_behavior(followers_self* self,
                                                  followers_setup setup);

} // namespace troupe::followers
