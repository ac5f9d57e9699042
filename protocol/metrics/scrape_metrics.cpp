#include "protocol/metrics/scrape_metrics.hpp"

#include <array>

namespace troupe::metrics::scrape {

std::span<const metric_info* const> all() {
  static constexpr std::array table = {&sources_skipped, &duration};
  return table;
}

} // namespace troupe::metrics::scrape
