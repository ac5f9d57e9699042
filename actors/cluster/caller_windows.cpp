#include "actors/cluster/caller_windows.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <algorithm>

namespace troupe::cluster {

namespace {

/// Returns how many calls may be away beyond those that run: they hide the time of the
/// way, and keep the queue of the peer's pool from running dry.
size_t ahead(size_t answer_bytes) {
  if (answer_bytes == 0)
    return limits::caller_calls_ahead;
  return std::clamp(limits::caller_bytes_ahead / answer_bytes, size_t{1},
                    limits::link_calls_open);
}

} // namespace

bool caller_windows::is_bounded(const pending_call& c) {
  return c.sink && c.what.pool != node_target;
}

bool caller_windows::may_leave(const key& of, const flow& f) const {
  if (of.sink->is_behind())
    return false;
  auto more = ahead(f.answer_bytes);
  return !slots_ || f.away < more || f.away < more + slots_(of.pool);
}

bool caller_windows::has_room(const pending_call& c) const {
  auto i = is_bounded(c) ? flows_.find(key_of(c)) : flows_.end();
  return i == flows_.end() || i->second.held_bytes < limits::link_outbox;
}

bool caller_windows::add(link_call_id id, const call_away& c) {
  auto& call = c.routed.call;
  if (!is_bounded(call))
    return true;
  auto i = flows_.find(key_of(call));
  if (i == flows_.end())
    i = flows_.emplace(key{call.sink.get(), call.what.pool}, flow{}).first;
  auto& [of, f] = *i;
  if (f.held.empty() && may_leave(of, f)) {
    ++f.away;
    return true;
  }
  place where{-call.what.priority, ++arrivals_};
  f.held.emplace(where, held_call{id, c.bytes});
  f.held_bytes += c.bytes;
  places_.emplace(id, where);
  ++*held_;
  return false;
}

bool caller_windows::remove(link_call_id id, const call_away& c) {
  auto i = flows_.find(key_of(c.routed.call));
  if (i == flows_.end())
    return false;
  auto& f = i->second;
  auto at = places_.find(id);
  auto was_held = at != places_.end();
  if (was_held) {
    f.held.erase(at->second);
    f.held_bytes -= c.bytes;
    places_.erase(at);
    --*held_;
  } else {
    --f.away;
  }
  if (f.away == 0 && f.held.empty())
    flows_.erase(i);
  return was_held;
}

void caller_windows::note_answer(const pending_call& c, size_t bytes) {
  auto i = flows_.find(key_of(c));
  if (i == flows_.end())
    return;
  auto& known = i->second.answer_bytes;
  known = std::max(bytes, known - known / 16);
}

std::vector<link_call_id> caller_windows::release(const reply_sink_ptr& sink) {
  std::vector<link_call_id> all;
  for (auto i = flows_.lower_bound(key_view{sink.get(), {}});
       i != flows_.end() && i->first.sink == sink.get(); ++i) {
    auto& f = i->second;
    while (!f.held.empty() && may_leave(i->first, f)) {
      auto first = f.held.begin();
      all.push_back(first->second.id);
      places_.erase(first->second.id);
      f.held_bytes -= first->second.bytes;
      f.held.erase(first);
      ++f.away;
      --*held_;
    }
  }
  return all;
}

void caller_windows::clear() {
  flows_.clear();
  places_.clear();
  *held_ = 0;
}

std::optional<std::string> caller_windows::verify(const calls_away& calls) const {
  std::map<key_view, std::pair<size_t, size_t>, by_caller> counted;
  size_t held = 0;
  calls.for_each([&](link_call_id id, const call_away& c) {
    if (!is_bounded(c.routed.call))
      return;
    auto& [away, waits] = counted[key_of(c.routed.call)];
    auto is_held = places_.contains(id);
    (is_held ? waits : away) += 1;
    held += is_held;
  });
  if (held != *held_ || held != places_.size() || counted.size() != flows_.size())
    return "caller_windows: other calls are held than there are";
  for (auto& [of, f] : flows_)
    if (auto i = counted.find(of); i == counted.end() || i->second.first != f.away
                                   || i->second.second != f.held.size())
      return "caller_windows: the counts of a caller are not those of its calls";
  return std::nullopt;
}

} // namespace troupe::cluster
