#pragma once

#include "broker/top/node_data.hpp"

#include <string>
#include <vector>

namespace troupe::top {

/// Returns why a pool or a worker is as it is: the cause first, then what the program
/// wrote last. Empty for an error that is null.
std::string reason_text(const boost::json::value& error);

/// Returns what stands above the workers of a pool: its state, the reason for that in
/// full, and how long its calls take. No line is longer than `columns`.
std::vector<std::string> pool_summary(const node_data& data, size_t columns);

} // namespace troupe::top
