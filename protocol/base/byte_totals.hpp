#pragma once

#include <cstdint>

namespace troupe {

/// Bytes that went both ways. Plain integers, for one thread.
struct byte_totals {
  uint64_t sent = 0;
  uint64_t received = 0;
};

} // namespace troupe
