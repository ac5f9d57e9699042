#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Bounds of what operators are told in one answer.
namespace troupe::limits {

using namespace std::chrono_literals;

/// Open calls that a pool looks at in one turn of its loop when an operator lists calls,
/// and the time until it goes on: whatever else the loop has to do comes in between.
inline constexpr std::size_t call_search_step = 16'384;
inline constexpr auto call_search_rest = 1ms;

/// How long an operator who lists calls waits for each pool and each node.
inline constexpr auto listing_patience = 2s;

/// Calls that one listing has, unless it says how many, and at most.
inline constexpr std::size_t listed_calls = 100;
inline constexpr std::size_t listed_calls_most = 1000;

/// Rows that the history of all pools has of each, unless it is asked for more: all rows
/// of 1,000 pools would be tens of megabytes.
inline constexpr std::int64_t history_rows = 60;

} // namespace troupe::limits
