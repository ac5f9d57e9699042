#include "actors/behaviours/pool_calls.hpp"

#include <caf/send.hpp>

namespace troupe::behaviours {

void pool_call_sink::settle(tag_id tag, call_result result) {
  caf::anon_send(owner_, nested_outcome{tag, std::move(result)});
}

void pool_call_sink::chunk(tag_id tag, shared_bytes payload,
                           std::shared_ptr<stream_flow> flow) {
  receiver to;
  {
    std::lock_guard guard{mutex_};
    if (auto i = receivers_.find(tag); i != receivers_.end())
      to = i->second;
  }
  // Without the lock: whoever waits for the flow may come back here.
  if (to.sink)
    to.sink->chunk(to.tag, std::move(payload), std::move(flow));
  else
    flow->remove(payload.size());
}

void pool_call_sink::connect(tag_id tag, receiver to) {
  std::lock_guard guard{mutex_};
  receivers_[tag] = std::move(to);
}

void pool_call_sink::disconnect(tag_id tag) {
  std::lock_guard guard{mutex_};
  receivers_.erase(tag);
}

tag_id pool_calls::add(entry e) {
  auto parent = e.parent;
  auto tag = entries_.add(std::move(e));
  if (parent != 0)
    by_parent_.emplace(parent, tag);
  return tag;
}

std::optional<pool_calls::entry> pool_calls::take(tag_id tag) {
  auto found = entries_.find(tag);
  if (!found)
    return std::nullopt;
  std::optional<entry> e{std::move(*found)};
  entries_.remove(tag);
  auto [i, end] = by_parent_.equal_range(e->parent);
  while (i != end && i->second != tag)
    ++i;
  if (i != end)
    by_parent_.erase(i);
  return e;
}

std::optional<std::string> pool_calls::verify() const {
  size_t with_parent = 0;
  std::optional<std::string> wrong;
  entries_.for_each([&](tag_id tag, const entry& e) {
    if (e.parent == 0)
      return;
    ++with_parent;
    auto [i, end] = by_parent_.equal_range(e.parent);
    while (i != end && i->second != tag)
      ++i;
    if (i == end)
      wrong = "pool_calls: a call is not found by its parent";
  });
  if (with_parent != by_parent_.size())
    wrong = "pool_calls: the parents are not as many as the calls that have one";
  return wrong;
}

} // namespace troupe::behaviours
