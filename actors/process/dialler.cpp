#include "actors/process/dialler.hpp"

#include "protocol/limits.hpp"

#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <chrono>

namespace troupe {

dialler::dialler(const sockaddr_un& where, peer who)
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

unique_fd dialler::connect(int timer) {
  uint64_t times;
  if (::read(timer, &times, sizeof times) < 0)
    return {};
  unique_fd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  // A unix socket connects at once or not at all.
  if (!fd
      || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&where_), sizeof where_)
             != 0
      || !peer_.is_at(fd.get()))
    return {};
  return fd;
}

} // namespace troupe
