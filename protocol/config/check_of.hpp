#pragma once

#include "protocol/base/result.hpp"
#include "protocol/config/config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::config {

/// Why a pool cannot stand before another one.
struct misplacement {
  /// The key that names the other one: `of` or `options`.
  std::string key;
  std::string why;
};

/// Returns why the pool `name` cannot stand before those that its key `of` and its
/// options name: there is none, or two stand before each other. A pool that names none is
/// fine.
/// @param all The pools that there are.
/// @param node The name of this node.
/// @param clustered Whether pools that are not in `all` may be at other nodes.
result<void, misplacement> check_of(std::string_view name, const std::vector<pool>& all,
                                    std::string_view node, bool clustered);

} // namespace troupe::config
