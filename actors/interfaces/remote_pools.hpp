#pragma once

#include <cstdint>
#include <string_view>

namespace troupe {

/// What a node knows of the pools of others, for those who look a name up or have calls
/// that wait. Thread-safe.
class remote_pools {
public:
  virtual ~remote_pools() = default;

  /// Returns whether there is a node of this name, or was.
  virtual bool knows(std::string_view node) const = 0;

  /// Returns whether another node has this pool, or had it.
  virtual bool runs(std::string_view pool) const = 0;

  /// Returns whether another node has this pool and may be given calls that cannot run
  /// here.
  virtual bool takes_calls(std::string_view pool) const = 0;

  /// Returns how many calls could start at once in this pool at other nodes, as far as is
  /// known here.
  virtual uint32_t room_elsewhere(std::string_view pool) const = 0;

  /// Returns whether the workers of this pool at this other node are on terminals.
  virtual bool has_terminal(std::string_view pool, std::string_view node) const = 0;

  /// Returns whether calls for this pool with this key belong to another node, where both
  /// run it.
  virtual bool prefers_elsewhere(std::string_view pool, std::string_view key) const = 0;
};

} // namespace troupe
