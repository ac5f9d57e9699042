#pragma once

#include "protocol/metrics/collected_metrics.hpp"

#include <cstdint>
#include <string>

/// What a configuration says of the node's metrics.
namespace troupe::config {

/// `[metrics]`
struct metrics_options {
  /// `host:port` of a port for GET /metrics alone, which needs no key; empty for none.
  std::string listen;
  /// Whether each worker is told of by itself.
  bool workers = false;
  /// Kinds of calls of a pool that are told apart, beside those of all others.
  uint32_t kinds = 0;
  /// `collect`: what workers measure themselves.
  troupe::metrics::declared_metrics collect;

  bool operator==(const metrics_options&) const = default;
};

} // namespace troupe::config
