#include "actors/broker/open_call_index.hpp"

#include <set>

namespace troupe::broker {

void open_call_index::add(pending_call& c) {
  if (c.entry != 0)
    return;
  if (free_.empty()) {
    c.entry = static_cast<uint32_t>(entries_.size());
    entries_.emplace_back().generation = first_generation_;
  } else {
    c.entry = free_.back();
    free_.pop_back();
  }
  auto& e = entries_[c.entry];
  auto generation = e.generation;
  e = {};
  e.generation = generation;
  e.used = true;
  e.taken = c.what.taken;
  if (!c.what.session.empty())
    by_session_.emplace(c.what.session.str(), c.entry);
  if (!c.sink)
    return;
  e.sink = c.sink.get();
  e.tag = c.tag;
  if (by_name_)
    by_name_->insert_or_assign({e.sink, e.tag}, c.entry);
  auto [first, is_new] = first_.try_emplace(e.sink, c.entry);
  if (is_new)
    return;
  e.next = first->second;
  entries_[e.next].previous = c.entry;
  first->second = c.entry;
}

void open_call_index::remove(pending_call& c) {
  auto n = std::exchange(c.entry, 0);
  if (n == 0)
    return;
  if (!c.what.session.empty()) {
    auto [i, end] = by_session_.equal_range(c.what.session.view());
    while (i != end && i->second != n)
      ++i;
    if (i != end)
      by_session_.erase(i);
  }
  auto& e = entries_[n];
  if (e.sink) {
    // A sink that used a tag twice is found by the later of the two.
    if (by_name_)
      if (auto i = by_name_->find({e.sink, e.tag});
          i != by_name_->end() && i->second == n)
        by_name_->erase(i);
    entries_[e.next].previous = e.previous;
    if (e.previous != 0)
      entries_[e.previous].next = e.next;
    else if (e.next != 0)
      first_[e.sink] = e.next;
    else
      first_.erase(e.sink);
  }
  e.used = false;
  ++e.generation;
  free_.push_back(n);
}

const open_call_index::where* open_call_index::find(const reply_sink* sink, tag_id tag) {
  if (!by_name_)
    by_name_ = name_all();
  auto i = by_name_->find({sink, tag});
  return i == by_name_->end() ? nullptr : at(i->second);
}

open_call_index::names open_call_index::name_all() const {
  names all;
  for (auto& [sink, first] : first_)
    for (auto n = first; n != 0; n = entries_[n].next)
      all.try_emplace({sink, entries_[n].tag}, n); // the later one comes first
  return all;
}

const open_call_index::where*
open_call_index::find_session(std::string_view session) const {
  auto i = by_session_.find(session);
  return i == by_session_.end() ? nullptr : at(i->second);
}

const open_call_index::where* open_call_index::find_any(const reply_sink* sink) const {
  auto i = first_.find(sink);
  return i == first_.end() ? nullptr : at(i->second);
}

std::optional<std::string> open_call_index::verify() const {
  std::set<uint32_t> of_sinks;
  for (auto& [sink, first] : first_) {
    uint32_t previous = 0;
    for (auto n = first; n != 0; previous = n, n = entries_[n].next)
      if (entries_[n].sink != sink || entries_[n].previous != previous
          || !of_sinks.insert(n).second)
        return "open_call_index: the calls of a sink are not one list";
    if (previous == 0)
      return "open_call_index: a sink without calls is kept";
  }
  std::set<uint32_t> known;
  for (uint32_t n = 0; n < entries_.size(); ++n)
    if (entries_[n].used)
      known.insert(n);
  for (auto n : known)
    if ((entries_[n].sink != nullptr) != (of_sinks.count(n) > 0))
      return "open_call_index: a call is not among those of its sink";
  for (auto& [session, n] : by_session_)
    if (known.count(n) == 0)
      return "open_call_index: a session has a call that is not open";
  for (auto n : free_)
    if (known.count(n) > 0)
      return "open_call_index: a free entry is in use";
  if (std::set(free_.begin(), free_.end()).size() != free_.size())
    return "open_call_index: an entry is free twice";
  if (known.size() != size())
    return "open_call_index: an entry is neither free nor in use";
  if (by_name_)
    for (auto& [named, n] : *by_name_)
      if (of_sinks.count(n) == 0 || entries_[n].sink != named.sink
          || entries_[n].tag != named.tag)
        return "open_call_index: a name is that of another call";
  return std::nullopt;
}

} // namespace troupe::broker
