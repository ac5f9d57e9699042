#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace troupe::history {

/// The figures of a pool for one second or minute.
struct history_row {
  /// Stands for a figure that is not known.
  static constexpr uint32_t none = std::numeric_limits<uint32_t>::max();

  /// Calls that came, and calls that ended in an error.
  uint32_t calls = none;
  uint32_t errors = none;
  /// At the end of a second; the most of a minute.
  uint32_t waiting = none;
  uint32_t running = none;
  uint32_t workers = none;
  /// Workers that ended by themselves or for their fault, and those that were replaced by
  /// a restart or a reload.
  uint32_t ends = none;
  uint32_t restarts = none;
  uint32_t reloads = none;
  /// Of the workers, as `waiting`; in KiB.
  uint32_t memory_kib = none;
  /// In thousandths of a core; the mean of a minute.
  uint32_t cpu_permille = none;
  /// Of the calls that ended; not a number if none did.
  float p50_ms = std::numeric_limits<float>::quiet_NaN();
  float p99_ms = std::numeric_limits<float>::quiet_NaN();

  /// Whether nobody looked: nothing is known.
  bool is_gap() const noexcept { return calls == none; }
};

/// The last rows of one step, without holes: a step that was missed has a gap. It grows
/// with its rows, up to a fixed number.
class history_ring {
public:
  /// @param most The rows that are kept.
  explicit history_ring(size_t most)
    : most_(static_cast<int64_t>(most)) {}

  /// Adds the row of the step with this number.
  /// @pre `step` is not below `end()`, unless the ring is empty.
  void push(int64_t step, const history_row& row) {
    if (rows_.empty()) {
      base_ = end_ = step;
    } else if (step - end_ >= most_) { // nothing of what is kept stays
      rows_.clear();
      base_ = end_ = step - most_ + 1;
    }
    for (auto gap = end_; gap < step; ++gap)
      set(gap, {});
    set(step, row);
    end_ = step + 1;
  }

  /// Returns the numbers of the first row that is kept, and of the next that will come.
  int64_t begin() const noexcept { return end_ - static_cast<int64_t>(rows_.size()); }
  int64_t end() const noexcept { return end_; }

  /// @pre `begin() <= step && step < end()`
  const history_row& operator[](int64_t step) const { return rows_[position(step)]; }

private:
  size_t position(int64_t step) const {
    return static_cast<size_t>((step - base_) % most_);
  }

  void set(int64_t step, const history_row& row) {
    if (auto i = position(step); i < rows_.size())
      rows_[i] = row;
    else
      rows_.push_back(row);
  }

  int64_t most_;
  /// The number of the first row ever.
  int64_t base_ = 0;
  int64_t end_ = 0;
  std::vector<history_row> rows_;
};

} // namespace troupe::history
