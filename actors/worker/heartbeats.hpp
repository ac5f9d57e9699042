#pragma once

#include <cstdint>

namespace troupe::worker {

/// The pings that a child was sent, and whether it answered them.
class heartbeats {
public:
  /// Returns the number of the next ping.
  uint64_t next() noexcept { return ++sent_; }

  /// The child has answered: all that it was sent.
  void note_answer() noexcept { answered_ = sent_; }

  /// Whether the ping with this number is still without an answer.
  bool is_missed(uint64_t number) const noexcept { return answered_ < number; }

private:
  uint64_t sent_ = 0;
  /// The number of the last ping that was answered.
  uint64_t answered_ = 0;
};

} // namespace troupe::worker
