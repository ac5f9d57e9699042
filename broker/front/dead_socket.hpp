#pragma once

#include "protocol/base/result.hpp"

#include <sys/socket.h>

#include <chrono>
#include <filesystem>
#include <string>

namespace troupe::front {

/// Removes what is at `path`, if it is a socket that nobody listens on.
/// @param address `path` as an address, of `size` bytes.
/// @param patience As for `bind_unix`.
/// @returns Why no socket can be made there.
result<void, std::string> remove_dead_socket(const std::filesystem::path& path,
                                             const sockaddr* address, socklen_t size,
                                             std::chrono::milliseconds patience);

} // namespace troupe::front
