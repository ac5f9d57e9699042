#pragma once

#include "actors/os/spawner.hpp"

#include <sys/types.h>

namespace troupe::os {

/// Whom a unix socket may connect the node with.
struct peer {
  /// Processes of this user, and of root.
  uid_t user = 0;
  /// Only this process and those of the group that it leads; 0: any.
  pid_t leader = 0;

  /// Returns whether it is at the other end of `socket`: whoever dialled, or whoever
  /// listened.
  bool is_at(int socket) const;
};

/// Returns the user that the child of `spec` runs as.
uid_t user_of(const spawn_spec& spec);

} // namespace troupe::os
