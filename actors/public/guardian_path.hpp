#pragma once

#include <filesystem>

namespace troupe {

/// Returns where `troupe-guardian` was put when the library was built or installed: in
/// the folder `libtroupe` beside the library.
std::filesystem::path guardian_path();

} // namespace troupe
