#pragma once

#include <chrono>
#include <cstddef>

/// The limits of what a pool may tell in the log; see `limits.hpp`.
namespace troupe::limits {

using namespace std::chrono_literals;

/// Lines of the log about calls of one pool that failed or are run again, within so long.
/// A worker that fails all calls would fill the log; the others are counted.
inline constexpr std::size_t call_lines = 20;
inline constexpr auto call_lines_period = 1s;

/// Lines of the log about failed starts and early deaths of one pool's workers, within so
/// long. A crash loop is worth that many; the others are counted.
inline constexpr std::size_t death_lines = 10;
inline constexpr auto death_lines_period = 10s;

} // namespace troupe::limits
