#include "actors/roster.hpp"

#include <caf/actor_cast.hpp>

#include <algorithm>
#include <functional>

namespace troupe {

uint64_t key_affinity(std::string_view key, int32_t index) {
  // The finalizer of SplitMix64 spreads what the two have in common.
  auto x = std::hash<std::string_view>{}(key)
           + (static_cast<uint64_t>(index) + 1) * 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

roster::ref roster::add(worker_actor worker, const member& m) {
  size_t slot = entries_.size();
  if (free_.empty()) {
    entries_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  auto& e = entries_[slot];
  e = entry{};
  e.worker = std::move(worker);
  e.index = m.index;
  e.incarnation = m.incarnation;
  e.window = m.window;
  ++size_;
  capacity_ += e.window;
  list(slot);
  return {slot, m.incarnation};
}

roster::entry* roster::find(ref r) {
  if (r.slot >= entries_.size() || entries_[r.slot].incarnation != r.incarnation)
    return nullptr;
  return &entries_[r.slot];
}

const roster::entry* roster::find(ref r) const {
  return const_cast<roster*>(this)->find(r);
}

std::optional<roster::ref> roster::find_incarnation(uint64_t incarnation) const {
  for (size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].incarnation == incarnation)
      return ref{i, incarnation};
  return std::nullopt;
}

std::optional<roster::ref> roster::find_actor(const caf::actor_addr& who) const {
  for (size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].incarnation != 0 && entries_[i].worker.address() == who)
      return ref{i, entries_[i].incarnation};
  return std::nullopt;
}

std::optional<roster::ref> roster::find_index_with_room(int32_t index) const {
  for (size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].incarnation != 0 && entries_[i].index == index
        && has_room(entries_[i]))
      return ref{i, entries_[i].incarnation};
  return std::nullopt;
}

roster::ref roster::pick() {
  while (buckets_[lowest_].empty())
    ++lowest_;
  auto slot = buckets_[lowest_].back();
  return {slot, entries_[slot].incarnation};
}

roster::ref roster::pick(std::string_view key) const {
  size_t best = 0;
  uint64_t most = 0;
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].incarnation == 0 || !has_room(entries_[i]))
      continue;
    if (auto a = key_affinity(key, entries_[i].index); a >= most) {
      most = a;
      best = i;
    }
  }
  return {best, entries_[best].incarnation};
}

void roster::occupy(ref r) {
  unlist(r.slot);
  ++entries_[r.slot].in_flight;
  list(r.slot);
}

void roster::vacate(ref r) {
  unlist(r.slot);
  --entries_[r.slot].in_flight;
  list(r.slot);
}

void roster::retire(ref r) {
  auto& e = entries_[r.slot];
  if (e.retiring)
    return;
  unlist(r.slot);
  e.retiring = true;
  capacity_ -= e.window;
}

void roster::remove(ref r) {
  retire(r);
  entries_[r.slot] = entry{};
  free_.push_back(r.slot);
  --size_;
}

void roster::list(size_t slot) {
  auto& e = entries_[slot];
  if (!has_room(e))
    return;
  if (buckets_.size() <= e.in_flight)
    buckets_.resize(e.in_flight + 1);
  auto& bucket = buckets_[e.in_flight];
  e.position = bucket.size();
  bucket.push_back(slot);
  lowest_ = std::min<size_t>(lowest_, e.in_flight);
  ++with_room_;
}

void roster::unlist(size_t slot) {
  auto& e = entries_[slot];
  if (!has_room(e))
    return;
  auto& bucket = buckets_[e.in_flight];
  bucket[e.position] = bucket.back();
  entries_[bucket[e.position]].position = e.position;
  bucket.pop_back();
  --with_room_;
}

bool roster::has_index(int32_t index) const {
  return std::any_of(entries_.begin(), entries_.end(), [index](const entry& e) {
    return e.incarnation != 0 && e.index == index;
  });
}

} // namespace troupe
