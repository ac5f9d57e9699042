#pragma once

#include "broker/top/frame.hpp"
#include "broker/top/node_data.hpp"

namespace troupe::top {

/// Returns the screen of this size. It works at every size; what does not fit is left
/// out, the page itself last.
frame render(const model& m, const node_data& data, extent size);

/// Returns how many lines of the page a screen of this size shows.
size_t page_lines(const model& m, const node_data& data, extent size);

} // namespace troupe::top
