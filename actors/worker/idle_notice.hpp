#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

namespace troupe::worker {

/// When a worker tells its supervisor that nobody uses it: each time that this is so for
/// as long as it was told to wait.
class idle_notice {
public:
  using milliseconds = std::chrono::milliseconds;

  struct step {
    /// It is time to tell.
    bool tell = false;
    /// When to look again.
    milliseconds next{0};
  };

  /// Sets how long to wait; 0 for never. Returns whether to look at once.
  bool set(milliseconds after) {
    return std::exchange(after_, after) != after && after.count() > 0;
  }

  bool is_on() const noexcept { return after_.count() > 0; }
  milliseconds after() const noexcept { return after_; }

  /// Names the setting, for timers: one that was set under another is out of date.
  uint64_t subject() const noexcept { return static_cast<uint64_t>(after_.count()); }

  /// @param left How long it is until the worker has been idle for `after`.
  step look(milliseconds left) const {
    // It may be kept, and be one too many later.
    return left.count() > 0 ? step{false, left} : step{true, after_};
  }

private:
  milliseconds after_{0};
};

} // namespace troupe::worker
