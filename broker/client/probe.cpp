#include "broker/client/probe.hpp"

#include <poll.h>

#include <cerrno>

namespace troupe::client {

probe::probe(const node_door& door)
  : fd_(::socket(door.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
  , question_(door.question) {
  if (!fd_)
    return; // this process lacks descriptors, which says nothing about the node
  if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&door.address), door.size)
      == 0)
    ask();
  else if (errno == EINPROGRESS)
    events_ = POLLOUT;
  else
    fail(errno);
}

bool probe::advance(short happened) {
  if (happened == 0)
    return lives_;
  int why = 0;
  socklen_t size = sizeof why;
  ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &why, &size);
  if (why != 0)
    fail(why);
  else if (events_ == POLLOUT)
    ask();
  else
    lives_ = true;
  return lives_;
}

void probe::ask() {
  events_ = POLLIN;
  // A fresh connection has room for so little.
  auto n = ::send(fd_.get(), question_.data(), question_.size(), MSG_NOSIGNAL);
  if (n < 0)
    fail(errno);
}

/// A machine that is off, or one that cannot be reached, fails too, and is as silent.
void probe::fail(int why) {
  lives_ = why == ECONNREFUSED || why == ECONNRESET || why == EPIPE;
  fd_.reset();
}

} // namespace troupe::client
