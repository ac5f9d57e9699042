#include "actors/broker/service_rate.hpp"

#include <algorithm>

namespace troupe::broker {

namespace {

/// Weight of the newest interval: some twenty calls make up the average.
constexpr double weight = 0.05;

} // namespace

void service_rate::note(steady_clock::time_point now) {
  if (last_ != steady_clock::time_point{}) {
    std::chrono::duration<double> interval = now - last_;
    interval_ =
        interval_.count() > 0 ? interval_ * (1 - weight) + interval * weight : interval;
  }
  last_ = now;
}

std::chrono::milliseconds service_rate::wait_behind(size_t waiting) const {
  using std::chrono::milliseconds;
  if (interval_.count() <= 0)
    return milliseconds{1000};
  auto seconds = interval_.count() * static_cast<double>(waiting + 1);
  return milliseconds{static_cast<int64_t>(std::clamp(seconds * 1000, 1.0, 60'000.0))};
}

} // namespace troupe::broker
