#include "actors/broker/fair_queue.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>
#include <limits>

namespace troupe::broker {

namespace {

int64_t head_start(const pending_call& c) {
  return c.what.priority * limits::priority_step;
}

} // namespace

call_rank fair_queue::push(pending_call_ptr c) {
  auto& o = origins_[c->origin()];
  o.last_time = std::max(o.last_time, now_) + 1;
  call_rank rank{o.last_time - head_start(*c), ++arrivals_};
  return insert(o, std::move(c), rank);
}

call_rank fair_queue::push_front(pending_call_ptr c) {
  auto& o = origins_[c->origin()];
  // Of several the first is the first again: a dying worker gives back in the order it
  // took. Half of the range leaves room for what a priority takes off.
  return insert(o, std::move(c), {std::numeric_limits<int64_t>::min() / 2, ++arrivals_});
}

call_rank fair_queue::insert(origin& o, pending_call_ptr c, call_rank rank) {
  auto who = c->origin();
  auto before = o.calls.empty() ? std::nullopt : std::optional{o.calls.begin()->first};
  c->rank = rank;
  o.calls.emplace_hint(o.calls.end(), rank, std::move(c)); // most are the last
  ++size_;
  held_ += o.held;
  update_head(who, o, before);
  return rank;
}

pending_call_ptr fair_queue::pop() {
  while (!heads_.empty()) {
    auto [rank, who] = *heads_.begin();
    auto i = origins_.find(who);
    auto& o = i->second;
    if (auto& sink = o.calls.begin()->second->sink; sink && sink->is_behind()) {
      hold(who, o);
      continue;
    }
    auto c = take(i, rank);
    now_ = std::max(now_, rank.virtual_time + head_start(*c));
    return c;
  }
  return nullptr;
}

pending_call_ptr fair_queue::take(const void* who, call_rank rank) {
  return take(origins_.find(who), rank);
}

pending_call_ptr fair_queue::take(origins::iterator i, call_rank rank) {
  auto& [who, o] = *i;
  auto before = o.calls.begin()->first;
  // Most are the first.
  auto at = before == rank ? o.calls.begin() : o.calls.find(rank);
  auto c = std::move(at->second);
  o.calls.erase(at);
  --size_;
  held_ -= o.held;
  update_head(who, o, before);
  if (o.calls.empty())
    origins_.erase(i);
  return c;
}

void fair_queue::release(const void* who) {
  auto i = origins_.find(who);
  if (i == origins_.end() || !i->second.held)
    return;
  auto& o = i->second;
  o.held = false;
  held_ -= o.calls.size();
  heads_.insert({o.calls.begin()->first, who});
}

void fair_queue::hold(const void* who, origin& o) {
  heads_.erase({o.calls.begin()->first, who});
  o.held = true;
  held_ += o.calls.size();
}

void fair_queue::update_head(const void* who, origin& o,
                             std::optional<call_rank> before) {
  if (o.held)
    return;
  auto now = o.calls.empty() ? std::nullopt : std::optional{o.calls.begin()->first};
  if (now == before)
    return;
  if (before)
    heads_.erase({*before, who});
  if (now)
    heads_.insert({*now, who});
}

void fair_queue::extract_if(const std::function<bool(const pending_call&)>& pred,
                            std::vector<pending_call_ptr>& out) {
  std::vector<std::pair<call_rank, const void*>> wanted;
  for (auto& [who, o] : origins_)
    for (auto& [rank, c] : o.calls)
      if (pred(*c))
        wanted.emplace_back(rank, who);
  std::sort(wanted.begin(), wanted.end());
  for (auto& [rank, who] : wanted)
    out.push_back(take(who, rank));
}

std::optional<std::string> fair_queue::verify() const {
  size_t size = 0;
  size_t held = 0;
  size_t served = 0;
  for (auto& [who, o] : origins_) {
    if (o.calls.empty())
      return "fair_queue: an origin without calls is kept";
    size += o.calls.size();
    (o.held ? held : served) += o.held ? o.calls.size() : 1;
    if (!o.held && heads_.count({o.calls.begin()->first, who}) == 0)
      return "fair_queue: the first call of an origin is not among the heads";
    for (auto& [rank, c] : o.calls)
      if (c->rank != rank || c->origin() != who)
        return "fair_queue: a call is not where its rank and its origin say";
  }
  if (size != size_ || held != held_ || served != heads_.size())
    return "fair_queue: the counts are not those of the calls";
  return std::nullopt;
}

} // namespace troupe::broker
