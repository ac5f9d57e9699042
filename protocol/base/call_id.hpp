#pragma once

#include "protocol/base/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe {

/// Names one open call of a cluster, for operators: `echo.c3-48213@alpha`. The call that
/// node `alpha` has given to node `beta` is `echo.beta.c3-48213@alpha`.
struct call_id {
  std::string pool;
  /// The node that the call was given to; empty for a call in a pool of `node`.
  std::string peer = {};
  call_number number;
  /// The node that knows the call; empty for this one.
  std::string node = {};

  bool operator==(const call_id&) const = default;
};

std::string to_string(const call_id& id);

/// Returns the id that `text` spells, or nothing.
std::optional<call_id> parse_call_id(std::string_view text);

} // namespace troupe
