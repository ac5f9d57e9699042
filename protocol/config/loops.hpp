#pragma once

#include "protocol/base/printable.hpp"
#include "protocol/config/config.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace troupe::config {

/// I/O threads that a node may be configured for.
inline constexpr uint32_t most_loops = 64;

/// Returns why `p` cannot be spread as it says at a node with `loops` I/O threads; empty
/// if it can.
inline std::string why_too_few_loops(const pool& p, size_t loops) {
  if (p.loops <= loops)
    return {};
  return "expected at most " + std::to_string(loops) + ", since the node has "
         + counted(loops, "loop") + " (node.loops), not " + std::to_string(p.loops);
}

} // namespace troupe::config
