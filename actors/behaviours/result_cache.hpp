#pragma once

#include "protocol/base/call.hpp"

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace troupe::behaviours {

/// What makes two calls equal: their kind and the bytes of their payload, as they came.
struct call_content {
  std::string_view kind;
  std::string_view payload;

  bool operator==(const call_content&) const = default;
};

struct call_content_hash {
  size_t operator()(const call_content& c) const noexcept {
    auto hash = std::hash<std::string_view>{};
    return hash(c.kind) * 31 + hash(c.payload);
  }
};

/// The most that a cache keeps, and for how long.
struct cache_bounds {
  uint64_t entries = 10'000;
  /// Bytes of kinds, payloads and results, with what each entry takes beside them.
  uint64_t bytes = 64 * 1024 * 1024;
  std::chrono::milliseconds age = std::chrono::minutes{1};
};

/// Results of calls, found again by an equal call. What was not asked for the longest
/// makes room. Not thread-safe.
class result_cache {
public:
  using time_point = steady_clock::time_point;

  /// Bytes that count for an entry beside its texts.
  static constexpr size_t entry_overhead = 160;

  /// What has become of the entries.
  struct counts {
    uint64_t evicted = 0;
    uint64_t expired = 0;
    /// Results that were too large to be kept at all.
    uint64_t too_large = 0;
  };

  explicit result_cache(cache_bounds bounds)
    : bounds_(bounds) {}

  /// Returns the result of an equal call, if it is not too old.
  std::optional<shared_bytes> find(const call_content& what, time_point now);

  /// Keeps a copy of `result`: the buffer that it was cut from may be far larger.
  void keep(const call_content& what, std::string_view result, time_point now);

  size_t size() const noexcept { return entries_.size(); }
  uint64_t bytes() const noexcept { return bytes_; }
  const counts& counted() const noexcept { return counts_; }

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  struct entry {
    /// The kind, then the payload.
    std::string text;
    size_t kind_bytes;
    shared_bytes result;
    time_point kept;

    call_content content() const;
    uint64_t bytes() const { return text.size() + result.size() + entry_overhead; }
  };
  using place = std::list<entry>::iterator;

  void drop(place at);

  cache_bounds bounds_;
  /// What was asked for last is first.
  std::list<entry> entries_;
  /// The keys are in the entries.
  std::unordered_map<call_content, place, call_content_hash> places_;
  uint64_t bytes_ = 0;
  counts counts_;
};

} // namespace troupe::behaviours
