#include "actors/supervisor/death_lines.hpp"

#include "protocol/base/log_limits.hpp"

#include <utility>

namespace troupe::supervisor {

uint64_t death_lines::renew(time_point now) {
  if (now - since_ < limits::death_lines_period)
    return 0;
  since_ = now;
  written_ = 0;
  return take_dropped();
}

death_lines::admission death_lines::admit() {
  if (written_ < limits::death_lines) {
    ++written_;
    return admission::write;
  }
  return dropped_++ == 0 ? admission::drop_first : admission::drop;
}

uint64_t death_lines::take_dropped() {
  return std::exchange(dropped_, 0);
}

} // namespace troupe::supervisor
