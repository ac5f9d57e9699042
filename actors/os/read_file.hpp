#pragma once

#include <string>
#include <vector>

/// Files and folders that may go, or turn out to be something else, while they are read,
/// as those of a process in /proc. Streams and iterators of the C++ library throw then;
/// these functions do not: what cannot be read is empty.
namespace troupe::os {

/// Returns what is in a file; empty if it cannot be read to its end.
std::string read_file(const std::string& path);

/// Returns the names in a folder; empty if it cannot be opened.
std::vector<std::string> list_folder(const std::string& path);

} // namespace troupe::os
