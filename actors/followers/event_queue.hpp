#pragma once

#include "protocol/base/event_batch.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace troupe::followers {

/// The events that wait for a follower, in order and bounded. If there are too many, the
/// oldest are dropped, and the next batch begins with a gap that counts them:
/// `{"seq","kind":"gap","from","to","dropped"}`. Such a gap never is a batch alone.
class event_queue {
public:
  /// @param most_bytes With `limits::event_overhead` for each event. One event is kept
  /// however long it is.
  event_queue(size_t most_events, size_t most_bytes)
    : most_events_(most_events)
    , most_bytes_(most_bytes) {}

  /// Appends an event, or a gap of EVENTS.
  void push(batch_event e);

  /// Takes out the next batch: at most so many elements and bytes, but always one that
  /// waits, with the gap before it. Empty if nothing waits, whatever was dropped.
  /// @pre The batch before was confirmed.
  event_batch take(size_t most_events, size_t most_bytes);

  /// Confirms the batch that was taken last: it has reached the follower, or it has not,
  /// and the next batch says so.
  void confirm(bool taken);

  /// Returns how many events wait, with those of the batch that is not confirmed.
  size_t waiting() const noexcept { return events_.size() + in_batch_; }

  /// Returns how many events were confirmed as taken.
  uint64_t taken() const noexcept { return taken_; }

  /// Returns how many events were dropped.
  uint64_t dropped() const noexcept { return dropped_; }

private:
  /// Events that the follower will not get.
  struct loss {
    event_gap range;
    /// How many there are as far as that is known: EVENTS does not count its own.
    uint64_t count = 0;
  };

  static size_t cost(const batch_event& e) noexcept;
  static batch_event describe(const loss& what);
  bool is_full() const noexcept;
  void drop_oldest();

  size_t most_events_;
  size_t most_bytes_;
  std::deque<batch_event> events_;
  /// The sum of their costs.
  size_t bytes_ = 0;
  /// What is lost before the first of them.
  std::optional<loss> lost_;
  /// What becomes of the loss if the batch that was taken last does not arrive.
  std::optional<loss> unconfirmed_;
  /// Events of that batch.
  size_t in_batch_ = 0;
  uint64_t taken_ = 0;
  uint64_t dropped_ = 0;
};

} // namespace troupe::followers
