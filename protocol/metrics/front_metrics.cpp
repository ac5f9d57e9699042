#include "protocol/metrics/front_metrics.hpp"

#include <array>

namespace troupe::metrics::front {

std::span<const metric_info* const> all() {
  static constexpr std::array table = {&connections,         &connections_opened,
                                       &connections_refused, &received_bytes,
                                       &sent_bytes,          &http_requests};
  return table;
}

} // namespace troupe::metrics::front
