#pragma once

#include "actors/loop/unique_fd.hpp"
#include "protocol/base/result.hpp"

#include <string>
#include <vector>

namespace troupe::os {

/// The sockets of a server: one for each address that its host stands for.
struct listening_sockets {
  std::vector<loop::unique_fd> fds;
  /// `host:port`, with the port that was chosen.
  std::string address;
};

/// Listens at `host:port` (`[v6]:port`), on every address that the host has; one that
/// this machine does not have, since it knows no IPv6 for example, is left out.
/// `localhost` is 127.0.0.1 and ::1, whatever the files of this machine say. May wait for
/// a name to be resolved. The reason of a failure is for a person.
result<listening_sockets, std::string> listen_tcp(const std::string& listen);

} // namespace troupe::os
