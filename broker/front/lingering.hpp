#pragma once

#include "broker/front/front_limits.hpp"
#include "protocol/base/call.hpp"

#include <cstddef>
#include <optional>

namespace troupe::front {

/// A connection that has said all, and waits for its client to stop sending: closed with
/// unread input, a socket takes back what the client has not read.
class lingering {
public:
  void begin(steady_clock::time_point now) { since_ = now; }
  bool has_begun() const noexcept { return since_.has_value(); }

  /// The client has sent so many bytes more, which nobody wants. Returns whether that is
  /// enough.
  bool drop(size_t bytes) {
    dropped_ += bytes;
    return dropped_ > front_limits::linger_bytes;
  }

  /// Returns whether it has waited long enough. @pre `has_begun()`.
  bool is_over(steady_clock::time_point now) const {
    return now - *since_ >= front_limits::linger;
  }

private:
  std::optional<steady_clock::time_point> since_;
  size_t dropped_ = 0;
};

} // namespace troupe::front
