#pragma once

#include "actors/followers/prepared_follower.hpp"
#include "actors/interfaces/follower_actor.hpp"
#include "actors/interfaces/metrics_source.hpp"

#include <caf/typed_actor.hpp>

#include <string>
#include <vector>

namespace troupe::followers {

/// The followers that a node is to have.
struct follower_list {
  std::vector<prepared_follower> all;
};

/// The names of the followers that a reload has added, changed and removed.
struct follower_changes {
  std::vector<std::string> added;
  std::vector<std::string> changed;
  std::vector<std::string> removed;

  bool is_empty() const noexcept {
    return added.empty() && changed.empty() && removed.empty();
  }
};

/// How all followers are, by name.
struct follower_report {
  std::vector<follower_status> all;
};

/// Keeps a FEED for each follower of the configuration.
using followers_actor = metrics_source_actor::extend_with<caf::typed_actor<
    // From NODE.
    caf::replies_to<atom::status>::with<follower_report>,
    // From NODE: has these followers, and no others. One that is as before goes on. One
    // that has changed goes on with the events that it had not taken.
    caf::replies_to<atom::reload, follower_list>::with<follower_changes>,
    // From the node that stops: answers when each follower has the last events, or when
    // that takes too long.
    caf::replies_to<atom::drain>::with<atom::drain>>>;

} // namespace troupe::followers

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::followers::follower_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::followers::follower_changes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::followers::follower_report)
