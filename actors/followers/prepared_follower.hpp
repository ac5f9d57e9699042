#pragma once

#include "actors/interfaces/follower_registry.hpp"
#include "protocol/config/extensions.hpp"

#include <string>
#include <vector>

namespace troupe::followers {

/// A follower of the configuration with all that it needs to start.
struct prepared_follower {
  config::follower config;
  behaviour_thread thread = behaviour_thread::own;
  equipped_follower equipment;

  /// Returns whether `other` would do the same.
  bool is_like(const prepared_follower& other) const {
    return config == other.config && equipment.read == other.equipment.read;
  }
};

/// What is wrong with a follower that is configured as it should be: something that it
/// refers to.
struct unequipped_follower {
  /// The key with its tables, e.g. `follower.alerts.options.ca`.
  std::string key;
  std::string message;
};

/// Equips the followers of a configuration. May wait for files: not for a loop.
/// @param known Has the behaviours that they name.
/// @returns All that is wrong, if anything is.
result<std::vector<prepared_follower>, std::vector<unequipped_follower>>
prepare(const std::vector<config::follower>& all, const follower_registry& known);

/// Returns `key: message`, semicolon-separated.
std::string to_string(const std::vector<unequipped_follower>& wrong);

} // namespace troupe::followers
