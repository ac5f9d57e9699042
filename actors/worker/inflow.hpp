#pragma once

#include "actors/worker/token_bucket.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <utility>
#include <vector>

namespace troupe::worker {

/// A child's output that was read and waits to be handled, and a limit on the work that
/// the child may cause unasked. While something waits here, the child is not read, so
/// this is never more than a few reads.
class inflow {
public:
  struct piece {
    /// Of the child's channels; 0 is the main one.
    uint8_t channel = 0;
    /// None: the channel has ended.
    shared_bytes bytes;
  };

  void add(uint8_t channel, shared_bytes bytes) {
    pieces_.push_back({channel, std::move(bytes)});
  }

  bool empty() const noexcept { return pieces_.empty(); }

  /// Takes out the first bytes of one channel, at most `most`. @pre It is not empty.
  piece take(size_t most) {
    auto& front = pieces_.front();
    auto all = front.bytes.view();
    if (all.size() > most) {
      piece first{front.channel, front.bytes.cut(all.substr(0, most))};
      front.bytes = front.bytes.cut(all.substr(most));
      return first;
    }
    auto first = std::move(front);
    pieces_.erase(pieces_.begin());
    return first;
  }

  /// Charges the child `units` for work that it caused (see `limits::unasked_work`).
  void charge(uint64_t units) noexcept { owed_ += units; }

  /// Charges for something of so many bytes.
  void charge(uint64_t units, size_t bytes) noexcept { charge(units + units_for(bytes)); }

  /// Returns what handling so many bytes costs.
  static uint64_t units_for(size_t bytes) noexcept { return bytes / 64; }

  /// Whether something was charged since `debt` was last called.
  bool is_charged() const noexcept { return owed_ > 0; }

  /// Returns how long the child has to wait before more of it is handled; 0 for not.
  std::chrono::nanoseconds debt(token_bucket::time_point now) {
    if (owed_ > 0)
      budget_.take(std::exchange(owed_, 0), now);
    return budget_.debt(now);
  }

  /// Whether it goes on later: a turn, or a debt, has to pass first.
  bool waits = false;

protected:
  void free_pieces() { pieces_.shrink_to_fit(); }

private:
  /// Few at a time, and mostly none: an empty deque would have half a KiB.
  std::vector<piece> pieces_;
  token_bucket budget_{limits::unasked_work, limits::unasked_burst};
  /// The units that were charged since the last look at the clock.
  uint64_t owed_ = 0;
};

} // namespace troupe::worker
