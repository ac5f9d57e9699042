#pragma once

#include "protocol/base/call.hpp"

#include <chrono>

namespace troupe::broker {

/// How fast a pool gets through its calls, to tell a refused caller when to come back.
class service_rate {
public:
  /// A call begins where none ran: the time before it was nobody's.
  void begin(steady_clock::time_point now) { last_ = now; }

  /// A call has ended.
  void note(steady_clock::time_point now);

  /// Returns when a call behind `waiting` others would start, as measured; a second where
  /// nothing was measured yet. At least a millisecond, at most a minute.
  std::chrono::milliseconds wait_behind(size_t waiting) const;

private:
  steady_clock::time_point last_;
  /// Between two calls that end while there are any, averaged; 0 while unknown.
  std::chrono::duration<double> interval_{0};
};

} // namespace troupe::broker
