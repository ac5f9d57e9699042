#include "actors/broker/call_queue.hpp"

namespace troupe::broker {

size_t call_queue::size_for(int32_t index) const {
  if (index < 0)
    return anyone_.ready();
  auto i = addressed_.find(index);
  return i == addressed_.end() ? 0 : i->second.ready();
}

call_queue::place call_queue::push(pending_call_ptr c) {
  return insert(std::move(c), &fair_queue::push);
}

call_queue::place call_queue::push_front(pending_call_ptr c) {
  return insert(std::move(c), &fair_queue::push_front);
}

call_queue::place call_queue::insert(pending_call_ptr c,
                                     call_rank (fair_queue::*how)(pending_call_ptr)) {
  if (c->what.ancestors)
    for (auto& a : *c->what.ancestors)
      if (a.node.empty())
        ++ancestors_[{a.pool, a.ticket}];
  auto p = place_of(*c);
  auto start_by = c->start_by;
  p.rank = (queue_for(p.worker).*how)(std::move(c));
  by_time_.emplace_hint(by_time_.end(), start_by, p); // most are the last
  ++size_;
  return p;
}

void call_queue::forget(const pending_call& c) {
  --size_;
  by_time_.erase({c.start_by, place_of(c)});
  if (!c.what.ancestors)
    return;
  for (auto& a : *c.what.ancestors)
    if (auto i = ancestors_.find({a.pool, a.ticket}); i != ancestors_.end())
      if (a.node.empty() && --i->second == 0)
        ancestors_.erase(i);
}

void call_queue::drop_if_empty(int32_t worker) {
  auto i = addressed_.find(worker);
  if (i != addressed_.end() && i->second.empty())
    addressed_.erase(i);
}

pending_call_ptr call_queue::pop() {
  auto c = anyone_.pop();
  if (c)
    forget(*c);
  return c;
}

pending_call_ptr call_queue::pop_for(int32_t index) {
  auto i = addressed_.find(index);
  if (i == addressed_.end())
    return nullptr;
  auto c = i->second.pop();
  if (c)
    forget(*c);
  drop_if_empty(index);
  return c;
}

pending_call_ptr call_queue::take(const place& p) {
  auto c = queue_for(p.worker).take(p.origin, p.rank);
  forget(*c);
  drop_if_empty(p.worker);
  return c;
}

pending_call_ptr call_queue::pop_due(steady_clock::time_point now) {
  if (by_time_.empty() || by_time_.begin()->first > now)
    return nullptr;
  auto first = by_time_.begin()->second;
  return take(first);
}

void call_queue::release(const void* origin) {
  anyone_.release(origin);
  for (auto& [index, line] : addressed_)
    line.release(origin);
}

void call_queue::extract_if(const std::function<bool(const pending_call&)>& pred,
                            const std::function<void(pending_call_ptr)>& f) {
  std::vector<pending_call_ptr> out;
  anyone_.extract_if(pred, out);
  for (auto i = addressed_.begin(); i != addressed_.end();) {
    i->second.extract_if(pred, out);
    i = i->second.empty() ? addressed_.erase(i) : std::next(i);
  }
  for (auto& c : out)
    forget(*c);
  for (auto& c : out)
    f(std::move(c));
}

std::optional<steady_clock::time_point> call_queue::earliest() const {
  return by_time_.empty() ? std::nullopt : std::optional{by_time_.begin()->first};
}

std::optional<steady_clock::time_point> call_queue::oldest(size_t most) const {
  std::optional<steady_clock::time_point> first;
  for (auto& [due, p] : by_time_) {
    if (most-- == 0)
      break;
    auto line = p.worker < 0 ? &anyone_ : &addressed_.at(p.worker);
    auto taken = line->at(p.origin, p.rank).what.taken;
    first = std::min(first.value_or(taken), taken);
  }
  return first;
}

std::optional<std::string> call_queue::verify() const {
  if (auto wrong = anyone_.verify())
    return wrong;
  for (auto& [index, line] : addressed_) {
    if (line.empty())
      return "call_queue: a line without calls is kept";
    if (auto wrong = line.verify())
      return wrong;
  }
  size_t size = 0;
  size_t timed = 0;
  decltype(ancestors_) ancestors;
  for_each([&](const place& p, const pending_call& c) {
    ++size;
    timed += by_time_.count({c.start_by, p});
    if (c.what.ancestors)
      for (auto& a : *c.what.ancestors)
        if (a.node.empty())
          ++ancestors[{a.pool, a.ticket}];
  });
  if (size != size_)
    return "call_queue: the count is not that of the calls";
  if (timed != size || by_time_.size() != size)
    return "call_queue: a call is not known by the time when it is due";
  if (ancestors != ancestors_)
    return "call_queue: the calls that others wait for are not those of the queue";
  return std::nullopt;
}

} // namespace troupe::broker
