#include "actors/terminal/terminal_activity.hpp"

namespace troupe::terminal {

bool terminal_activity::print(size_t bytes, const config::terminal& how, time_point now) {
  if (printed_ > 0 && now - output_ >= how.settle)
    fresh_ = false;
  printed_ += bytes;
  output_ = now;
  return std::exchange(silence_told_, false);
}

terminal_activity::time_point terminal_activity::message_due(const config::terminal& how,
                                                             bool steers) const {
  auto booted = launched_ + how.boot;
  if (printed_ == 0)
    return booted;
  if (steers)
    return output_;
  auto quiet = output_ + how.settle;
  return fresh_ ? std::min(quiet, booted) : quiet;
}

terminal_activity::milliseconds
terminal_activity::left_until_silent(milliseconds after, time_point now) const {
  return std::chrono::ceil<milliseconds>(last_active() + after - now);
}

} // namespace troupe::terminal
