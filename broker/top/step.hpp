#pragma once

#include "broker/top/node_data.hpp"

namespace troupe::top {

/// Returns what a key of the user makes of `before`, and what is to be done.
reaction step(model before, const node_data& data, const key& pressed);

} // namespace troupe::top
