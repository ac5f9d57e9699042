#pragma once

#include "protocol/metrics/metric_list.hpp"

#include <string_view>
#include <vector>

namespace troupe::metrics {

/// Returns every metric that a node may have. Whoever adds a group of metrics adds its
/// table here.
std::vector<const metric_info*> all_metrics();

/// Returns whether a metric of the node has this name, in full, or may have it one day.
bool is_reserved(std::string_view name);

} // namespace troupe::metrics
