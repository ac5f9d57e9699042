#pragma once

#include <chrono>
#include <string>

namespace troupe {

/// Returns a time in UTC with milliseconds, as in RFC 3339: `2024-01-02T03:04:05.678Z`.
std::string utc_timestamp(std::chrono::system_clock::time_point time);

} // namespace troupe
