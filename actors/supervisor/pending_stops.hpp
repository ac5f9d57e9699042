#pragma once

#include "protocol/base/ids.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace troupe::supervisor {

class incarnation_index;

/// Stops that an operator asked for, which are answered once their workers have ended.
class pending_stops {
public:
  /// Is told how many workers there were.
  using answer = std::function<void(uint64_t count)>;

  /// Answers at once if there are no workers.
  void add(std::unordered_set<incarnation_id> numbers, answer done);

  /// An incarnation has ended: answers the stops that waited for it last.
  void ended(incarnation_id number);

  bool empty() const noexcept { return waiting_.empty(); }

  /// Returns an invariant that does not hold, or nothing.
  std::optional<std::string> verify(const incarnation_index& living) const;

private:
  struct stop {
    /// Incarnations that have not ended yet.
    std::unordered_set<incarnation_id> numbers;
    uint64_t count = 0;
    answer done;
  };

  std::vector<stop> waiting_;
};

} // namespace troupe::supervisor
