#include "actors/broker/quarantine.hpp"

#include "protocol/base/limits.hpp"

#include <functional>

namespace troupe::broker {

namespace {

uint64_t key_of(const call& c) {
  std::hash<std::string_view> hash;
  return hash(c.kind.view()) * 0x9E3779B97F4A7C15ULL ^ hash(c.payload.view());
}

} // namespace

bool quarantine::record_death(const call& c, steady_clock::time_point now) {
  if (most_ == 0)
    return false;
  auto key = key_of(c);
  auto [i, fresh] = deaths_.try_emplace(key);
  auto& r = i->second;
  if (now - r.last > limits::quarantine_memory)
    r.deaths = 0;
  r.last = now;
  auto count = ++r.deaths;
  if (fresh)
    order_.push_back(key);
  if (order_.size() > capacity) {
    deaths_.erase(order_.front());
    order_.pop_front();
  }
  return count >= most_;
}

void quarantine::record_success(const call& c) {
  if (deaths_.empty())
    return;
  auto key = key_of(c);
  if (deaths_.erase(key) > 0)
    std::erase(order_, key);
}

bool quarantine::refuses(const call& c, steady_clock::time_point now) const {
  if (deaths_.empty())
    return false;
  auto i = deaths_.find(key_of(c));
  return i != deaths_.end() && i->second.deaths >= most_
         && now - i->second.last <= limits::quarantine_memory;
}

} // namespace troupe::broker
