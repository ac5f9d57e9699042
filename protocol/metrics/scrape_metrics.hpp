#pragma once

#include "protocol/metrics/metric_list.hpp"

/// The metrics of METRICS itself.
namespace troupe::metrics::scrape {

inline constexpr metric_info sources_skipped{
    "metrics_sources_skipped_total", metric_type::counter, "",
    "Parts of the node that did not answer a scrape in time and are missing there."};
inline constexpr metric_info duration{
    "metrics_scrape_seconds", metric_type::histogram, "",
    "Time that scrapes took, until the text was written."};

} // namespace troupe::metrics::scrape
