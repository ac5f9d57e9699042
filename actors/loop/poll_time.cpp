#include "actors/loop/poll_time.hpp"

#include <algorithm>

namespace troupe::loop {

void poll_time::after_sleep(duration slept) noexcept {
  now_ = slept > most_ ? least_ : std::min(2 * now_, duration{most_});
}

} // namespace troupe::loop
