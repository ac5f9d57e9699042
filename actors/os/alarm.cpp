#include "actors/os/alarm.hpp"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>

namespace troupe::os {

void alarm::start(std::function<void()> on_time) {
  timer_.open(
      loop::unique_fd{::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)});
  if (!timer_.is_open())
    return; // no descriptor is left: nothing is ever due
  timer_.watch(EPOLLIN, [this, on_time = std::move(on_time)](uint32_t) {
    uint64_t times = 0;
    if (::read(timer_.get(), &times, sizeof times) > 0)
      on_time();
  });
}

void alarm::set(std::optional<clock::time_point> when) {
  using namespace std::chrono;
  if (!timer_.is_open())
    return;
  itimerspec times{}; // of zeros: never
  if (when) {
    auto left = std::max<nanoseconds>(*when - clock::now(), nanoseconds{1});
    auto whole = duration_cast<seconds>(left);
    times.it_value = {whole.count(), (left - whole).count()};
  }
  ::timerfd_settime(timer_.get(), 0, &times, nullptr);
}

} // namespace troupe::os
