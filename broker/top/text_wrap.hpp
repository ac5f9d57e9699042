#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::top {

/// Cuts a line into lines of at most `width` columns, at spaces where there are some.
/// @param indent Spaces before each line but the first; 2 if it leaves too little room.
/// @return At least one line.
std::vector<std::string> wrap(std::string_view line, size_t width, size_t indent = 2);

} // namespace troupe::top
