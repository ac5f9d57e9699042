#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <optional>
#include <string_view>

namespace troupe::loop {

/// Bytes of the longest path of a unix socket.
inline constexpr std::size_t longest_socket_path = sizeof(sockaddr_un::sun_path) - 1;

/// Returns the address of the unix socket at `path`, or nothing if the path is too long.
inline std::optional<sockaddr_un> unix_address(std::string_view path) {
  if (path.size() > longest_socket_path)
    return std::nullopt;
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, path.size());
  return name;
}

} // namespace troupe::loop
