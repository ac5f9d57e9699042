#include "actors/terminal/resize_lease.hpp"

#include "protocol/base/limits.hpp"

namespace troupe::terminal {

bool resize_lease::take(const std::string& client, bool take_over,
                        steady_clock::time_point now) {
  if (client.empty())
    return true;
  if (is_held(now) && holder_ != client && !take_over)
    return false;
  holder_ = client;
  heard_ = now;
  return true;
}

bool resize_lease::is_held(steady_clock::time_point now) const {
  return !holder_.empty() && now - heard_ < limits::resize_lease;
}

bool resize_lease::release(const std::string& client) {
  if (client.empty() || holder_ != client)
    return false;
  holder_.clear();
  return true;
}

} // namespace troupe::terminal
