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

/// An address with its length, which ends an abstract name.
struct sized_unix_address {
  sockaddr_un name;
  socklen_t length;
};

/// As `unix_address`, for a path that may be an abstract name: its first character is
/// `@`.
inline std::optional<sized_unix_address> abstract_or_unix_address(std::string_view path) {
  auto name = unix_address(path);
  if (!name)
    return std::nullopt;
  if (path.starts_with('@'))
    name->sun_path[0] = '\0';
  auto length = offsetof(sockaddr_un, sun_path) + path.size();
  return sized_unix_address{*name, static_cast<socklen_t>(length)};
}

} // namespace troupe::loop
