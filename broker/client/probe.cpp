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
  else if (errno == EAGAIN)
    fd_.reset();
  else
    lives_ = true;
}

bool probe::advance(short happened) {
  if (happened != 0 && events_ == POLLOUT)
    ask();
  else if (happened != 0)
    lives_ = true;
  return lives_;
}

void probe::ask() {
  events_ = POLLIN;
  // A fresh connection has room for so little.
  auto n = ::send(fd_.get(), question_.data(), question_.size(), MSG_NOSIGNAL);
  if (n < 0)
    lives_ = true; // refused
}

} // namespace troupe::client
