#pragma once

#include "protocol/call.hpp"

#include <cstdint>
#include <deque>
#include <unordered_map>

namespace troupe {

/// Remembers which calls were in workers that died, so that one that kills its workers is
/// not run for ever. A call is known by its kind and payload; one that ended well is
/// innocent, whatever its workers died of before.
class quarantine {
public:
  /// @param most Workers that a call may kill; 0 for any number.
  explicit quarantine(uint32_t most) : most_(most) {}

  /// The call was in a worker that died. Returns whether it is refused from now on.
  bool accuse(const call& c);

  /// The call ended well.
  void acquit(const call& c);

  /// Returns whether the call has killed too many.
  bool refuses(const call& c) const;

private:
  /// Calls remembered; the oldest is forgotten first.
  static constexpr size_t capacity = 1024;

  uint32_t most_;
  std::unordered_map<uint64_t, uint32_t> deaths_;
  std::deque<uint64_t> order_;
};

} // namespace troupe
