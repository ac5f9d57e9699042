#pragma once

#include "protocol/metrics/worker_counts.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace troupe {

/// What the workers on one loop count for their pool. Written on that loop alone, without
/// a lock; any thread may read.
class alignas(64) worker_tally {
public:
  using state = metrics::living_state;

  void start() noexcept {
    change([this] {
      increase(started_);
      increase(of(living_, state::starting));
    });
  }
  void move(state from, state to) noexcept {
    if (from == to)
      return;
    change([&] {
      decrease(of(living_, from));
      increase(of(living_, to));
    });
  }
  void end(state from, end_reason why) noexcept {
    change([&] {
      decrease(of(living_, from));
      increase(of(ended_, why));
    });
  }
  void drop(metrics::dropped_kind what) noexcept { increase(of(dropped_, what)); }
  /// Counts a part of a streamed result.
  void add_part(size_t bytes) noexcept {
    increase(parts_);
    increase(part_bytes_, bytes);
  }

  uint64_t parts() const noexcept { return parts_.load(std::memory_order_relaxed); }
  uint64_t part_bytes() const noexcept {
    return part_bytes_.load(std::memory_order_relaxed);
  }

  /// Adds what it has of workers to `sum`: of one moment, unless its loop is interrupted
  /// in the middle of a change. Nobody waits for that.
  void add_to(metrics::worker_counts& sum) const noexcept {
    metrics::worker_counts seen;
    for (int tries = 0; tries < most_tries; ++tries) {
      auto before = changes_.load(std::memory_order_acquire);
      seen.started = started_.load(std::memory_order_acquire);
      copy(living_, seen.living);
      copy(ended_, seen.ended);
      copy(dropped_, seen.dropped);
      if (before % 2 == 0 && changes_.load(std::memory_order_relaxed) == before)
        break;
    }
    sum.started += seen.started;
    add(seen.living, sum.living);
    add(seen.ended, sum.ended);
    add(seen.dropped, sum.dropped);
  }

private:
  using count = std::atomic<uint64_t>;
  template <class Key>
  using counts = std::array<count, static_cast<size_t>(Key::count_)>;

  static constexpr int most_tries = 8;

  template <class Key>
  static count& of(counts<Key>& all, Key k) noexcept {
    return all[static_cast<size_t>(k)];
  }
  /// One thread writes: no other can come in between. Whoever sees the new value also
  /// sees that there was a change.
  static void increase(count& n, uint64_t by = 1) noexcept {
    n.store(n.load(std::memory_order_relaxed) + by, std::memory_order_release);
  }
  static void decrease(count& n) noexcept {
    n.store(n.load(std::memory_order_relaxed) - 1, std::memory_order_release);
  }
  /// Changes several counts that belong together.
  template <class F>
  void change(F f) noexcept {
    increase(changes_);
    f();
    increase(changes_);
  }
  template <class Counts, class Seen>
  static void copy(const Counts& from, Seen& to) noexcept {
    for (size_t i = 0; i < from.size(); ++i)
      to[i] = from[i].load(std::memory_order_acquire);
  }
  template <class Seen>
  static void add(const Seen& seen, Seen& sum) noexcept {
    for (size_t i = 0; i < seen.size(); ++i)
      sum[i] += seen[i];
  }

  /// Odd in the middle of a change.
  count changes_{0};
  count started_{0};
  counts<state> living_{};
  counts<end_reason> ended_{};
  counts<metrics::dropped_kind> dropped_{};
  count parts_{0};
  count part_bytes_{0};
};

} // namespace troupe
