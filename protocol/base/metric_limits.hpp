#pragma once

#include <chrono>
#include <cstddef>

/// The limits of metrics; see `limits.hpp`.
namespace troupe::limits {

using namespace std::chrono_literals;

/// Sets of labels that one metric of the workers of one pool may have: each is kept for
/// as long as the node lives, and is in every scrape.
inline constexpr std::size_t metric_series = 1'000;

/// Bytes of one sample that a worker sends.
inline constexpr std::size_t metric_sample_bytes = 16 * 1024;

/// How long a scrape waits for a part of the node. One that does not answer is left out.
inline constexpr auto metrics_patience = 2s;

/// Waiting calls among which the oldest is looked for: a scrape must not hold up a loop.
inline constexpr std::size_t metrics_queue_looks = 1'000;

/// Bytes of a kind of call that is counted by itself: it is a label of every scrape.
inline constexpr std::size_t metric_kind_bytes = 100;

} // namespace troupe::limits
