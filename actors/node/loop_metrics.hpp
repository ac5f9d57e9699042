#pragma once

#include "actors/interfaces/metrics_source.hpp"
#include "actors/loop/loop.hpp"

#include <vector>

namespace troupe::node {

/// Has each of these loops tell how busy it is, as long as the result lives. They answer
/// on their own threads.
/// @param loops Outlive METRICS.
std::vector<metrics_sources::registration>
add_loop_sources(metrics_sources& to, const std::vector<loop::event_loop*>& loops);

} // namespace troupe::node
