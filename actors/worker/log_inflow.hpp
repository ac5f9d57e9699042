#pragma once

#include "actors/worker/inflow.hpp"
#include "actors/worker/line_ring.hpp"
#include "protocol/base/rare.hpp"

#include <string>
#include <vector>

namespace troupe::worker {

/// The stderr of a child: bytes that wait, and the last lines of those before them.
class log_inflow : public inflow {
public:
  /// Takes at most `most` bytes, charges for them, and calls `on_line(std::string_view)`
  /// for each line that they complete. @pre It is not empty.
  template <class OnLine>
  void take_lines(size_t most, OnLine&& on_line) {
    auto bytes = take(most).bytes;
    charge(0, bytes.size());
    tail_.ensure().feed(bytes.view(), [&](std::string_view line) {
      charge(1);
      on_line(line);
    });
  }

  /// Ends an unfinished line; calls `on_line` if there is one.
  template <class OnLine>
  void finish(OnLine&& on_line) {
    if (tail_)
      tail_->finish(std::forward<OnLine>(on_line));
  }

  /// Returns up to `count` of the last lines, oldest first.
  std::vector<std::string> last(size_t count) const {
    return tail_ ? tail_->last(count) : std::vector<std::string>{};
  }

  /// Returns how many lines there ever were.
  uint64_t count() const noexcept { return tail_ ? tail_->count() : 0; }

private:
  /// Many children write none.
  rare<line_ring> tail_;
};

} // namespace troupe::worker
