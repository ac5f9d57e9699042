#pragma once

#include "actors/cluster/message_types.hpp"
#include "actors/interfaces/pool_load.hpp"

#include <atomic>

namespace troupe::cluster {

/// Returns how busy a pool of this node is, as peers are told.
inline pool_figures figures_of(const pool_load& load) {
  constexpr auto relaxed = std::memory_order_relaxed;
  return {load.free.load(relaxed), load.waiting.load(relaxed), load.running.load(relaxed),
          load.size.load(relaxed)};
}

} // namespace troupe::cluster
