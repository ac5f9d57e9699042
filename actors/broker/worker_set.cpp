#include "actors/broker/worker_set.hpp"

#include <algorithm>
#include <functional>

namespace troupe::broker {

uint64_t key_affinity(std::string_view key, int32_t index) {
  // The finalizer of SplitMix64 spreads what the two have in common.
  auto x = std::hash<std::string_view>{}(key)
           + (static_cast<uint64_t>(index) + 1) * 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

worker_set::ref worker_set::add(const member& m) {
  size_t slot = entries_.size();
  if (free_.empty()) {
    entries_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  auto& e = entries_[slot];
  e = entry{};
  e.worker = m.worker;
  e.index = m.index;
  e.incarnation = m.incarnation;
  e.window = m.window;
  e.pid = m.pid;
  ++size_;
  capacity_ += e.window;
  free_slots_ += e.window;
  list(slot);
  return {slot, m.incarnation};
}

worker_set::entry* worker_set::find(ref r) {
  if (r.slot >= entries_.size() || entries_[r.slot].incarnation != r.incarnation)
    return nullptr;
  return &entries_[r.slot];
}

const worker_set::entry* worker_set::find(ref r) const {
  return const_cast<worker_set*>(this)->find(r);
}

std::optional<worker_set::ref>
worker_set::find_incarnation(incarnation_id incarnation) const {
  for (size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].incarnation == incarnation)
      return ref{i, incarnation};
  return std::nullopt;
}

std::optional<worker_set::ref> worker_set::find_actor(const caf::actor_addr& who) const {
  for (size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].incarnation != 0 && entries_[i].worker.address() == who)
      return ref{i, entries_[i].incarnation};
  return std::nullopt;
}

std::optional<worker_set::ref> worker_set::find_free(int32_t index) const {
  for (size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].incarnation != 0 && entries_[i].index == index
        && has_free_slot(entries_[i]))
      return ref{i, entries_[i].incarnation};
  return std::nullopt;
}

worker_set::ref worker_set::pick() {
  while (buckets_[lowest_].empty())
    ++lowest_;
  auto slot = buckets_[lowest_].back();
  return {slot, entries_[slot].incarnation};
}

worker_set::ref worker_set::pick(std::string_view key) const {
  size_t best = 0;
  uint64_t most = 0;
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].incarnation == 0 || !has_free_slot(entries_[i]))
      continue;
    if (auto a = key_affinity(key, entries_[i].index); a >= most) {
      most = a;
      best = i;
    }
  }
  return {best, entries_[best].incarnation};
}

void worker_set::acquire(ref r) {
  unlist(r.slot);
  ++entries_[r.slot].in_flight;
  free_slots_ -= !entries_[r.slot].retiring;
  list(r.slot);
}

void worker_set::release(ref r) {
  unlist(r.slot);
  --entries_[r.slot].in_flight;
  free_slots_ += !entries_[r.slot].retiring;
  list(r.slot);
}

void worker_set::retire(ref r) {
  auto& e = entries_[r.slot];
  if (e.retiring)
    return;
  unlist(r.slot);
  e.retiring = true;
  capacity_ -= e.window;
  free_slots_ -= e.window - e.in_flight;
}

void worker_set::remove(ref r) {
  retire(r);
  entries_[r.slot] = entry{};
  free_.push_back(r.slot);
  --size_;
}

void worker_set::list(size_t slot) {
  auto& e = entries_[slot];
  if (!has_free_slot(e))
    return;
  if (buckets_.size() <= e.in_flight)
    buckets_.resize(e.in_flight + 1);
  auto& bucket = buckets_[e.in_flight];
  e.position = bucket.size();
  bucket.push_back(slot);
  lowest_ = std::min<size_t>(lowest_, e.in_flight);
  ++free_count_;
}

void worker_set::unlist(size_t slot) {
  auto& e = entries_[slot];
  if (!has_free_slot(e))
    return;
  auto& bucket = buckets_[e.in_flight];
  bucket[e.position] = bucket.back();
  entries_[bucket[e.position]].position = e.position;
  bucket.pop_back();
  --free_count_;
}

std::optional<std::string> worker_set::verify() const {
  size_t size = 0;
  size_t capacity = 0;
  size_t free_slots = 0;
  size_t with_room = 0;
  for (size_t i = 0; i < entries_.size(); ++i) {
    auto& e = entries_[i];
    if (e.incarnation == 0)
      continue;
    ++size;
    capacity += e.retiring ? 0 : e.window;
    free_slots += e.retiring ? 0 : size_t{e.window} - e.in_flight;
    if (e.retired && (!e.retiring || e.in_flight == 0))
      return "worker_set: somebody waits for a worker that is empty, or not retiring";
    if (!has_free_slot(e))
      continue;
    ++with_room;
    if (e.in_flight < lowest_ || e.in_flight >= buckets_.size()
        || e.position >= buckets_[e.in_flight].size()
        || buckets_[e.in_flight][e.position] != i)
      return "worker_set: a worker with room is not in the bucket of its load";
  }
  size_t listed = 0;
  for (auto& bucket : buckets_)
    listed += bucket.size();
  if (size != size_ || capacity != capacity_ || free_slots != free_slots_
      || with_room != free_count_ || listed != with_room)
    return "worker_set: the counts are not those of the workers";
  for (auto i : free_)
    if (entries_[i].incarnation != 0)
      return "worker_set: a free entry is in use";
  if (size + free_.size() != entries_.size())
    return "worker_set: an entry is neither free nor in use";
  return std::nullopt;
}

bool worker_set::has_index(int32_t index) const {
  return std::any_of(entries_.begin(), entries_.end(), [index](const entry& e) {
    return e.incarnation != 0 && e.index == index;
  });
}

} // namespace troupe::broker
