#include "actors/supervisor/breaker.hpp"

#include <algorithm>

namespace troupe::supervisor {

bool breaker::trip(time_point now) {
  deaths_.push_back(now);
  while (now - deaths_.front() >= rules_.period)
    deaths_.pop_front();
  if (open_ || deaths_.size() <= rules_.intensity)
    return false;
  open_ = true;
  return true;
}

bool breaker::close() {
  if (!open_)
    return false;
  open_ = false;
  deaths_.clear();
  return true;
}

breaker::milliseconds breaker::delay(uint32_t failures) {
  auto base = rules_.delay.count();
  for (uint32_t i = 0; i < failures && base < rules_.max_delay.count(); ++i)
    base *= 2;
  base = std::min(base, rules_.max_delay.count());
  std::uniform_int_distribution<int64_t> around{base - base / 4, base + base / 4};
  return milliseconds{around(random_)};
}

} // namespace troupe::supervisor
