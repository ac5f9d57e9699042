#pragma once

#include "protocol/metrics/collected_metrics.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

namespace troupe {

/// What the workers of a pool have measured themselves, on whichever loops they are.
/// Thread-safe: samples are few, and to record one takes no longer than to read it.
class collected_samples {
public:
  using refusal = metrics::collected_metrics::refusal;

  /// Takes samples of these metrics. @pre No worker is there yet.
  void declare(std::shared_ptr<const metrics::declared_metrics> known) {
    all_ = metrics::collected_metrics{std::move(known)};
  }

  /// How a sample was taken.
  struct verdict {
    refusal why = refusal::none;
    /// No sample was refused for this reason before.
    bool is_first = false;
  };

  /// Takes a sample as `collected_metrics` does.
  verdict take(std::string_view payload) {
    std::lock_guard guard{mutex_};
    auto why = all_.take(payload);
    return {why, !std::exchange(seen_[static_cast<size_t>(why)], true)};
  }

  /// Returns what was taken until now.
  metrics::collected_metrics get() const {
    std::lock_guard guard{mutex_};
    return all_;
  }

private:
  mutable std::mutex mutex_;
  metrics::collected_metrics all_;
  std::array<bool, static_cast<size_t>(refusal::count_)> seen_{};
};

} // namespace troupe
