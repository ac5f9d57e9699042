#include "actors/behaviours/rate_table.hpp"

namespace troupe::behaviours {

namespace {

/// More than one, so that the table shrinks; few, so that no call takes long.
constexpr int forgotten_at_once = 2;

rate_table::duration take_one(worker::token_bucket& bucket, rate_table::time_point now) {
  return bucket.try_take(1, now) ? rate_table::duration{} : bucket.wait(1, now);
}

} // namespace

rate_table::taken rate_table::take(std::string_view key, time_point now) {
  auto found = places_.find(key);
  return found == places_.end() ? take_new(key, now) : take_known(found->second, now);
}

rate_table::taken rate_table::take_known(place& at, time_point now) {
  auto wait = take_one(at->second.bucket, now);
  if (wait != duration{})
    return {wait};
  auto full = full_at(at->second.bucket, now);
  auto node = buckets_.extract(at);
  node.key() = full;
  at = buckets_.insert(std::move(node));
  return {};
}

rate_table::taken rate_table::take_new(std::string_view key, time_point now) {
  forget(now);
  if (buckets_.size() >= rate_.keys) {
    ++shared_takes_;
    return {take_one(shared_, now), true};
  }
  entry e{std::string{key}, worker::token_bucket{rate_.each, rate_.burst}};
  e.bucket.take(1, now);
  auto at = buckets_.emplace(full_at(e.bucket, now), std::move(e));
  places_.emplace(at->second.key, at);
  return {};
}

void rate_table::forget(time_point now) {
  for (auto left = forgotten_at_once; left > 0 && !buckets_.empty(); --left) {
    auto first = buckets_.begin();
    if (first->first > now)
      return;
    places_.erase(first->second.key);
    buckets_.erase(first);
  }
}

rate_table::time_point rate_table::full_at(const worker::token_bucket& bucket,
                                           time_point now) const {
  return now + bucket.wait(rate_.burst, now);
}

std::optional<std::string> rate_table::verify() const {
  for (auto& [full, e] : buckets_) {
    auto found = places_.find(e.key);
    if (found == places_.end() || &found->second->second != &e)
      return "the bucket of " + e.key + " is not found";
    if (!e.bucket.is_full(full) || e.bucket.is_full(full - duration{1}))
      return "the bucket of " + e.key + " is full at another time";
  }
  if (places_.size() != buckets_.size())
    return "a key finds a bucket that is gone";
  if (buckets_.size() > rate_.keys)
    return "there are more buckets than there may be";
  return std::nullopt;
}

} // namespace troupe::behaviours
