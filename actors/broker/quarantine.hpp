#pragma once

#include "protocol/base/call.hpp"

#include <cstdint>
#include <deque>
#include <unordered_map>

namespace troupe::broker {

/// Remembers which calls were in workers that died, so that one that kills its workers is
/// not run for ever. A call is known by its kind and payload; one that ended well is
/// innocent, whatever its workers died of before, and one that was not seen for
/// `limits::quarantine_memory` is forgotten: with a window above 1 a call may have been
/// beside the one that kills.
class quarantine {
public:
  /// @param most Workers that a call may kill; 0 for any number.
  explicit quarantine(uint32_t most)
    : most_(most) {}

  /// The call was in a worker that died. Returns whether it is refused from now on.
  bool record_death(const call& c, steady_clock::time_point now);

  /// The call ended well.
  void record_success(const call& c);

  /// Returns whether the call has killed too many.
  bool refuses(const call& c, steady_clock::time_point now) const;

private:
  /// Calls remembered; the oldest is forgotten first.
  static constexpr size_t capacity = 1024;

  struct record {
    uint32_t deaths = 0;
    steady_clock::time_point last;
  };

  uint32_t most_;
  std::unordered_map<uint64_t, record> deaths_;
  std::deque<uint64_t> order_;
};

} // namespace troupe::broker
