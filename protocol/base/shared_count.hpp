#pragma once

#include <atomic>
#include <cstdint>

namespace troupe {

/// A total that any thread adds to and any thread reads. It orders nothing: two that are
/// read one after the other may be of different moments. For what has no actor to ask; an
/// actor counts with a plain integer.
class shared_count {
public:
  void add(uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  void take_back(uint64_t n = 1) noexcept {
    value_.fetch_sub(n, std::memory_order_relaxed);
  }
  uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
  std::atomic<uint64_t> value_{0};
};

} // namespace troupe
