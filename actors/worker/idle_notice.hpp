#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

namespace troupe::worker {

/// Decides when a worker reports to its supervisor that it is idle: each time that it
/// had no call for the time that was set.
class idle_notice {
public:
  using milliseconds = std::chrono::milliseconds;

  struct step {
    /// Whether to report now.
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

  /// Identifies the setting: a timer of an earlier setting is out of date.
  uint64_t subject() const noexcept { return static_cast<uint64_t>(after_.count()); }

  /// @param left How long it is until the worker has been idle for `after`.
  step look(milliseconds left) const {
    // Report again later: the supervisor may keep the worker now and not need it then.
    return left.count() > 0 ? step{false, left} : step{true, after_};
  }

private:
  milliseconds after_{0};
};

} // namespace troupe::worker
