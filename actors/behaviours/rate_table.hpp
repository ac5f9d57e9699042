#pragma once

#include "actors/worker/token_bucket.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace troupe::behaviours {

/// The rate that each key may have.
struct key_rate {
  /// The time that pays for one call.
  std::chrono::nanoseconds each = std::chrono::seconds{1};
  /// Calls that a key may make at once after a quiet time.
  uint64_t burst = 1;
  /// Keys that have a bucket of their own at a time.
  uint64_t keys = 10'000;
};

/// A token bucket for each key. A key whose bucket is full again is forgotten when room
/// is needed: a new bucket would be the same. While all buckets are in use, new keys
/// share one bucket, so nobody gets more by inventing keys. Not thread-safe.
class rate_table {
public:
  using time_point = worker::token_bucket::time_point;
  using duration = worker::token_bucket::duration;

  explicit rate_table(const key_rate& rate)
    : rate_(rate)
    , shared_(rate.each, rate.burst) {}

  struct taken {
    /// 0 if the call may go on, else how long it is until the next one may.
    duration wait = {};
    /// Whether all buckets were in use, and the call's is the shared one.
    bool shared = false;
  };

  /// Takes one call of `key`.
  taken take(std::string_view key, time_point now);

  /// Returns how many keys have a bucket of their own.
  size_t size() const noexcept { return buckets_.size(); }
  /// Returns how many calls found all buckets in use and took from the shared one.
  uint64_t shared() const noexcept { return shared_takes_; }

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

private:
  struct entry {
    std::string key;
    worker::token_bucket bucket;
  };
  using buckets = std::multimap<time_point, entry>;
  using place = buckets::iterator;

  taken take_new(std::string_view key, time_point now);
  taken take_known(place& at, time_point now);
  /// Forgets a few keys whose buckets are full.
  void forget(time_point now);
  time_point full_at(const worker::token_bucket& bucket, time_point now) const;

  key_rate rate_;
  /// By the time at which they are full again.
  buckets buckets_;
  /// The keys are in the entries.
  std::unordered_map<std::string_view, place> places_;
  worker::token_bucket shared_;
  uint64_t shared_takes_ = 0;
};

} // namespace troupe::behaviours
