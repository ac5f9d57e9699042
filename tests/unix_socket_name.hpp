#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <string>
#include <system_error>

/// For all tests. Uses nothing of the project, so that tests cannot share its faults.
namespace troupe::testing {

/// Returns the address of the unix socket at `path`. Throws std::system_error if the path
/// is too long.
inline sockaddr_un unix_socket_name(const std::string& path) {
  sockaddr_un name{};
  if (path.size() >= sizeof name.sun_path)
    throw std::system_error{ENAMETOOLONG, std::generic_category(), path};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, path.size());
  return name;
}

} // namespace troupe::testing
