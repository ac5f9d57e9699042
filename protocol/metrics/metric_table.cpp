#include "protocol/metrics/metric_table.hpp"

#include "protocol/metrics/pool_metrics.hpp"
#include "protocol/metrics/scrape_metrics.hpp"

namespace troupe::metrics {

std::vector<const metric_info*> all_metrics() {
  std::vector<const metric_info*> all;
  for (auto table : {pool::all(), scrape::all()})
    all.insert(all.end(), table.begin(), table.end());
  return all;
}

bool is_reserved(std::string_view name) {
  return name.starts_with("troupe_") || name.starts_with("process_");
}

} // namespace troupe::metrics
