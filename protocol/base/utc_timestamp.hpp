#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace troupe {

/// Returns a time in UTC with milliseconds, as in RFC 3339: `2024-01-02T03:04:05.678Z`.
std::string utc_timestamp(std::chrono::system_clock::time_point time);

/// Returns the milliseconds since 1970, now.
int64_t wall_clock_ms();

} // namespace troupe
