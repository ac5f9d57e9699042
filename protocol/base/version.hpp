#pragma once

namespace troupe {

/// The version of the headers that a program was compiled with. Until version 1, another
/// minor version may be incompatible.
inline constexpr int version_major = 0;
inline constexpr int version_minor = 1;
inline constexpr int version_patch = 0;

} // namespace troupe
