#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace troupe {

/// Returns whether `name` may name a pool or a node: `[A-Za-z][A-Za-z0-9_-]{0,62}`.
bool is_valid_name(std::string_view name);

/// Returns the name of the pool that a program spawned as `shown` runs in: `shown` itself
/// where that may name a pool, else its bytes with those that may not spelled in
/// hexadecimal. The same for the same name; two names do not share one by accident.
std::string spawned_pool_name(std::string_view shown);

/// The `to` of a call: a pool (`echo`), a worker (`echo.0`), either at a node
/// (`echo@beta`), or the operations of the node itself (`$node`).
struct address {
  /// The pool, or `$node`.
  std::string pool;
  /// The worker's index in its pool; -1 for any.
  int32_t worker = -1;
  /// The node; empty for this one.
  std::string node;

  bool operator==(const address&) const = default;
};

/// The pool name under which a node answers for itself.
inline constexpr std::string_view node_target = "$node";

/// Returns the address that `text` spells, or nothing.
std::optional<address> parse_address(std::string_view text);

/// Returns the name of worker `index` of `pool`.
std::string worker_name(std::string_view pool, int32_t index);

} // namespace troupe
