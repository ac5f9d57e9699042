#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace troupe::os {

/// Makes sure that `folder` is one that only this user lists and writes to, and makes it
/// if it is missing. Other users may pass through a folder that was there, if its mode
/// says so. A symbolic link is not followed. Returns what is wrong, for a person.
std::optional<std::string> make_private_folder(const std::filesystem::path& folder);

} // namespace troupe::os
