#pragma once

#include "protocol/base/ids.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace troupe::supervisor {

/// Incarnations that wait for their turn to be recycled, in their order. Some may have
/// ended meanwhile.
class recycle_queue {
public:
  /// Returns how many of `open` replicas may be replaced at once: one in `one_in`, but at
  /// least one.
  static size_t most_at_once(size_t open, uint32_t one_in) {
    return std::max<size_t>(1, open / one_in);
  }

  void add(incarnation_id number) { waiting_.push_back(number); }

  /// Takes the first out, if there is one.
  std::optional<incarnation_id> next() {
    if (waiting_.empty())
      return std::nullopt;
    auto number = waiting_.front();
    waiting_.pop_front();
    return number;
  }

  bool empty() const noexcept { return waiting_.empty(); }

private:
  std::deque<incarnation_id> waiting_;
};

} // namespace troupe::supervisor
