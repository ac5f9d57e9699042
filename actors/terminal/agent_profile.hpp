#pragma once

#include "protocol/config/config.hpp"

#include <string>
#include <vector>

namespace troupe::terminal {

/// The facts about a program on a terminal that only clients of agent-relay use.
class agent_profile {
public:
  using names = std::vector<std::string>;

  agent_profile() = default;
  explicit agent_profile(const config::spawned_program& request)
    : model(request.model)
    , channels_(request.channels) {}

  /// The model that it was told to use; empty: unknown.
  std::string model;

  /// The channels whose messages it gets. Names that differ by case alone are the same.
  const names& channels() const noexcept { return channels_; }

  /// Returns those of `wanted` that it does not have, each once.
  names missing(names wanted) const;
  void subscribe(const names& added);
  /// Returns those that were removed.
  names unsubscribe(const names& unwanted);

private:
  names channels_;
};

} // namespace troupe::terminal
