#pragma once

#include "actors/loop/unique_fd.hpp"
#include "protocol/base/result.hpp"

#include <filesystem>
#include <string>

namespace troupe::serve {

/// Opens a log file to append to it. One that is missing is made, for this user and to be
/// read by the group. What is no regular file is refused: a pipe would have to be read.
/// @param what Of messages, e.g. `log`.
result<loop::unique_fd, std::string> open_log_file(const std::filesystem::path& path,
                                                   const std::string& what = "log");

/// Returns whether two descriptors are of one file.
bool is_same_file(int a, int b);

} // namespace troupe::serve
