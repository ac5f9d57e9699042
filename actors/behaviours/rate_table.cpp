#include "actors/behaviours/rate_table.hpp"

namespace troupe::behaviours {

namespace {

rate_table::duration take_one(worker::token_bucket& bucket, rate_table::time_point now) {
  return bucket.try_take(1, now) ? rate_table::duration{} : bucket.wait(1, now);
}

} // namespace

rate_table::duration rate_table::take(std::string_view key, time_point now) {
  auto found = places_.find(key);
  auto at = found != places_.end() ? std::optional{found->second} : add(key, now);
  if (!at) {
    ++shared_takes_;
    return take_one(shared_, now);
  }
  auto wait = take_one((*at)->bucket, now);
  if (wait == duration{})
    buckets_.splice(buckets_.begin(), buckets_, *at);
  return wait;
}

std::optional<rate_table::place> rate_table::add(std::string_view key, time_point now) {
  while (!buckets_.empty() && buckets_.back().bucket.is_full(now)) {
    places_.erase(buckets_.back().key);
    buckets_.pop_back();
  }
  if (buckets_.size() >= rate_.keys)
    return std::nullopt;
  buckets_.push_front({std::string{key}, worker::token_bucket{rate_.each, rate_.burst}});
  places_.emplace(buckets_.front().key, buckets_.begin());
  return buckets_.begin();
}

std::optional<std::string> rate_table::verify() const {
  for (auto& e : buckets_) {
    auto found = places_.find(e.key);
    if (found == places_.end() || &*found->second != &e)
      return "the bucket of " + e.key + " is not found";
  }
  if (places_.size() != buckets_.size())
    return "a key finds a bucket that is gone";
  if (buckets_.size() > rate_.keys)
    return "there are more buckets than there may be";
  return std::nullopt;
}

} // namespace troupe::behaviours
