#pragma once

#include "protocol/config/reader.hpp"

#include <string>
#include <vector>

namespace troupe::config {

/// Puts `key=value` pairs into `root` as if the file had said so. The value is TOML, or
/// the text itself where it is not.
void apply_overrides(toml::table& root, const std::vector<std::string>& overrides,
                     report& out);

} // namespace troupe::config
