#include "actors/os/peer.hpp"

#include <sys/socket.h>
#include <unistd.h>

namespace troupe::os {

bool peer::is_at(int socket) const {
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0
      || (who.uid != user && who.uid != 0))
    return false;
  return leader == 0 || who.pid == leader || ::getpgid(who.pid) == leader;
}

uid_t user_of(const spawn_spec& spec) {
  return spec.as ? spec.as->user : ::geteuid();
}

} // namespace troupe::os
