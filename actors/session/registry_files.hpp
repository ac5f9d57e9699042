#pragma once

#include "protocol/base/result.hpp"

#include <filesystem>
#include <string>

namespace troupe::session {

/// Sees that the files of the registry at `path`, which SQLite makes and opens by itself,
/// are this user's alone, and no links to others. The reason of a failure is for a
/// person.
result<void, std::string> protect_registry(const std::filesystem::path& path);

} // namespace troupe::session
