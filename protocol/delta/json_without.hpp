#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::delta {

/// Returns `json` without the members of these names, at every depth, and without white
/// space around what is left of its objects and arrays.
/// @pre `json` is valid.
std::string json_without(std::string_view json, const std::vector<std::string>& names);

} // namespace troupe::delta
