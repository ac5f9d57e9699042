#include "actors/cluster/calls_away.hpp"

#include "actors/cluster/call_results.hpp"

namespace troupe::cluster {

namespace {

/// As the index knows a place: it was made for the queue of a pool.
broker::open_call_index::where place_of(link_call_id id) {
  return static_cast<size_t>(id);
}

} // namespace

link_call_id calls_away::add(routed_call&& c,
                             std::optional<steady_clock::time_point> due) {
  ++(*open_)[c.call.what.pool];
  auto bytes = bytes_of(c.call.what);
  auto id = calls_.add({std::move(c), bytes, false, due});
  auto& kept = calls_.find(id)->routed.call;
  kept.entry = 0;
  callers_.add(kept);
  callers_.move(kept.entry, place_of(id));
  if (due)
    by_time_.emplace(*due, id);
  return id;
}

std::optional<link_call_id> calls_away::find(const reply_sink* sink, tag_id tag) {
  auto place = callers_.find(sink, tag);
  return place ? std::optional{id_at(*place)} : std::nullopt;
}

std::optional<link_call_id> calls_away::find(call_number number) const {
  auto place = callers_.find(number);
  return place ? std::optional{id_at(*place)} : std::nullopt;
}

std::vector<link_call_id> calls_away::find_all(const reply_sink* sink) const {
  std::vector<link_call_id> all;
  callers_.for_each(sink, [&](const broker::open_call_index::where& place) {
    all.push_back(id_at(place));
  });
  return all;
}

call_away* calls_away::find(link_call_id id) {
  auto c = calls_.find(id);
  return c && !c->withdrawn ? c : nullptr;
}

void calls_away::remove_from_indexes(call_away& c, link_call_id id) {
  callers_.remove(c.routed.call);
  if (c.due)
    by_time_.erase({*c.due, id});
  if (auto i = open_->find(c.what().pool); --i->second == 0)
    open_->erase(i);
}

call_away calls_away::take(link_call_id id) {
  remove_from_indexes(*calls_.find(id), id);
  return calls_.take(id);
}

void calls_away::remove(link_call_id id) {
  remove_from_indexes(*calls_.find(id), id);
  calls_.remove(id);
}

call_away calls_away::withdraw(link_call_id id) {
  auto& c = *calls_.find(id);
  remove_from_indexes(c, id);
  auto taken = std::exchange(c, {});
  c.withdrawn = true;
  ++withdrawn_;
  return taken;
}

void calls_away::end(link_call_id id) {
  if (auto c = calls_.find(id); c && c->withdrawn) {
    calls_.remove(id);
    --withdrawn_;
  }
}

std::vector<call_away> calls_away::take_all() {
  std::vector<link_call_id> ids;
  calls_.for_each([&](link_call_id id, const call_away&) { ids.push_back(id); });
  std::vector<call_away> all;
  for (auto id : ids) {
    if (find(id))
      all.push_back(take(id));
    else
      end(id);
  }
  return all;
}

std::optional<link_call_id> calls_away::find_due(steady_clock::time_point now) const {
  if (by_time_.empty() || by_time_.begin()->first > now)
    return std::nullopt;
  return by_time_.begin()->second;
}

std::optional<steady_clock::time_point> calls_away::earliest() const {
  return by_time_.empty() ? std::nullopt : std::optional{by_time_.begin()->first};
}

std::optional<std::string> calls_away::verify() const {
  if (auto wrong = callers_.verify())
    return wrong;
  open_counts open;
  size_t with_deadline = 0;
  auto lost = false;
  for_each([&](link_call_id id, const call_away& c) {
    ++open[c.what().pool];
    auto& kept = c.routed.call;
    lost = lost || !callers_.has_at(kept, place_of(id));
    with_deadline += c.due && by_time_.count({*c.due, id}) > 0;
    lost = lost || (c.due && by_time_.count({*c.due, id}) == 0);
  });
  if (lost || size() != callers_.size() || with_deadline != by_time_.size())
    return "calls_away: an index does not know the calls that there are";
  if (open != *open_)
    return "calls_away: ROUTE is told of other calls than there are";
  return std::nullopt;
}

} // namespace troupe::cluster
