#pragma once

#include <string_view>

namespace troupe {

/// The version of the headers that a program was compiled with. Until version 1, another
/// minor version may be incompatible.
inline constexpr int version_major = 0;
inline constexpr int version_minor = 1;
inline constexpr int version_patch = 0;

/// Returns the version of the library that the program runs with, such as `0.1.0`.
std::string_view library_version() noexcept;

} // namespace troupe
