#include "actors/interfaces/next_attempt.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

using std::chrono::floor;
using std::chrono::milliseconds;

void name_attempt(fault& why, std::chrono::steady_clock::time_point when) {
  why.details.retry_at = floor<milliseconds>(when);
}

fault with_time_left(fault why, std::chrono::steady_clock::time_point now) {
  if (auto when = std::exchange(why.details.retry_at, std::nullopt)) {
    // Once an attempt has begun, it is decided as soon as its worker is ready or dead.
    auto left = floor<milliseconds>(*when) - floor<milliseconds>(now);
    why.details.retry_after = std::max(left, milliseconds{0});
  }
  return why;
}

} // namespace troupe
