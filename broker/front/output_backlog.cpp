#include "broker/front/output_backlog.hpp"

#include "protocol/base/limits.hpp"

#include <utility>

namespace troupe::front {

output_backlog::change output_backlog::measure(size_t bytes) {
  if (bytes >= limits::client_backlog) {
    behind_ = true;
    if (std::exchange(slow_, true))
      return change::none;
    took_ = steady_clock::now();
    return change::fell_behind;
  }
  if (!behind_ || bytes > limits::client_backlog / 2)
    return change::none;
  behind_ = false;
  slow_ = false;
  return change::caught_up;
}

bool output_backlog::has_got_stuck(steady_clock::time_point now) {
  return slow_ && now - took_ >= limits::client_stuck
         && !std::exchange(stuck_told_, true);
}

} // namespace troupe::front
