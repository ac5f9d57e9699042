#pragma once

#include "actors/os/spawner.hpp"

#include <sys/types.h>

namespace troupe::os {

/// The processes with which a unix socket may connect the node.
struct peer {
  /// Processes of this user, and of root.
  uid_t user = 0;
  /// Only this process and those of the group that it leads; 0: any.
  pid_t leader = 0;

  /// Returns whether such a process is at the other end of `socket`, which it opened or
  /// connected to.
  bool is_at(int socket) const;
};

/// Returns the user that the child of `spec` runs as.
uid_t user_of(const spawn_spec& spec);

} // namespace troupe::os
