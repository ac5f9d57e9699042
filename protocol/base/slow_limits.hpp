#pragma once

#include <chrono>
#include <cstddef>

/// The limits of slow calls, with the reason for each.
namespace troupe::limits {

using namespace std::chrono_literals;

/// Records of slow calls that a node keeps, and the lines of stderr in one.
inline constexpr std::size_t slow_records = 100;
inline constexpr std::size_t slow_lines = 50;

/// How long a `slow_command` may run, and the bytes that are kept of what it writes. One
/// runs at a time; so many more wait.
inline constexpr auto slow_command_time = 5s;
inline constexpr std::size_t slow_command_output = 16 * 1024;
inline constexpr std::size_t slow_commands = 16;

/// Between two looks of a pool for slow calls, however many become slow one by one.
inline constexpr auto slow_rest = 10ms;

} // namespace troupe::limits
