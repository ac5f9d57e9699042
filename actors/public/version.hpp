#pragma once

#include "protocol/base/version.hpp"

#include <string_view>

namespace troupe {

/// Returns the version of the library that the program runs with, such as `0.1.0`.
std::string_view library_version() noexcept;

} // namespace troupe
