#include "protocol/metrics/cluster_metrics.hpp"

#include <array>

namespace troupe::metrics::cluster {

std::span<const metric_info* const> all() {
  static constexpr std::array table = {&peer_up,    &peer_rtt,       &calls,
                                       &sent_bytes, &received_bytes, &reconnects};
  return table;
}

} // namespace troupe::metrics::cluster
