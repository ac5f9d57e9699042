#pragma once

#include "actors/interfaces/metrics_source.hpp"

namespace troupe::node {

struct node_state;

/// Has NODE, SESSIONS and the terminals tell what they count, as long as NODE lives.
/// @pre SESSIONS is there.
void add_sources(metrics_sources& to, node_state& node);

} // namespace troupe::node
