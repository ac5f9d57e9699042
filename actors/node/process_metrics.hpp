#pragma once

#include "actors/interfaces/metrics_source.hpp"

namespace troupe::node {

/// Has the six `process_…` metrics read from the system for each scrape, as long as the
/// result lives. Reads files of /proc: not for a loop.
metrics_sources::registration add_process_source(metrics_sources& to);

} // namespace troupe::node
