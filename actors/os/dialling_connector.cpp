#include "actors/os/dialling_connector.hpp"

#include "protocol/base/limits.hpp"

#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <chrono>

namespace troupe::os {

dialling_connector::dialling_connector(const sockaddr_un& where, peer who)
  : where_(where)
  , peer_(who)
  , timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  constexpr std::chrono::nanoseconds every = limits::dial_again;
  static_assert(every < std::chrono::seconds{1});
  itimerspec times{};
  times.it_interval.tv_nsec = every.count();
  times.it_value.tv_nsec = 1; // the first time at once
  ::timerfd_settime(timer_.get(), 0, &times, nullptr);
}

loop::unique_fd dialling_connector::connect(int timer) {
  uint64_t times;
  if (::read(timer, &times, sizeof times) < 0)
    return {};
  loop::unique_fd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  // A unix socket connects at once or not at all.
  if (!fd
      || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&where_), sizeof where_)
             != 0
      || !peer_.is_at(fd.get()))
    return {};
  return fd;
}

} // namespace troupe::os
