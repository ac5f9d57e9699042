#pragma once

#include "protocol/metrics/metric_list.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace troupe::scraping {

/// The content type of `to_text`.
inline constexpr std::string_view exposition_type =
    "text/plain; version=0.0.4; charset=utf-8";

/// Returns the text that Prometheus reads. @pre Values of labels are UTF-8.
std::string to_text(std::vector<metrics::metric_family> families);

} // namespace troupe::scraping
