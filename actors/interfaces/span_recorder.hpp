#pragma once

#include "protocol/base/span.hpp"

#include <atomic>
#include <cstdint>

namespace troupe {

/// Where the spans of a node go. Thread-safe.
class span_recorder {
public:
  span_recorder();
  virtual ~span_recorder() = default;

  /// Takes a span, and never waits: one that there is no room for is lost, and counted.
  virtual void record(span s) = 0;

  /// Returns an id that no other span has, as far as chance can do that. Not 0.
  uint64_t make_id() noexcept;

private:
  /// Of which each id is made; begins anywhere.
  std::atomic<uint64_t> next_;
};

} // namespace troupe
