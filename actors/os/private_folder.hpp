#pragma once

#include "protocol/base/result.hpp"

#include <filesystem>
#include <string>

namespace troupe::os {

/// Makes sure that `folder` is one that only this user lists and writes to, and makes it
/// if it is missing. Other users may pass through a folder that was there, if its mode
/// says so. A symbolic link is not followed. The reason of a failure is for a person.
result<void, std::string> make_private_folder(const std::filesystem::path& folder);

} // namespace troupe::os
