#include "actors/behaviours/shared_calls.hpp"

#include <algorithm>
#include <iterator>

namespace troupe::behaviours {

shared_calls::likeness shared_calls::likeness_of(const behaviour_call& c) {
  return {{c.kind.view(), c.payload.view()}, c.priority, c.idempotent};
}

std::optional<shared_calls::run_id> shared_calls::add(waiter w) {
  auto id = w.what.id;
  auto found = by_likeness_.find(likeness_of(w.what));
  if (found != by_likeness_.end()) {
    by_call_.emplace(id, found->second);
    runs_.at(found->second).push_back(std::move(w));
    return std::nullopt;
  }
  waiters alone;
  alone.push_back(std::move(w));
  return run_again(std::move(alone));
}

shared_calls::departure shared_calls::leave(ticket_id id) {
  auto found = by_call_.find(id);
  if (found == by_call_.end())
    return {};
  auto run = found->second;
  auto& all = runs_.at(run);
  auto at = std::find_if(all.begin(), all.end(),
                         [&](const waiter& w) { return w.what.id == id; });
  departure out;
  if (at != all.begin()) {
    out.who = std::move(*at);
    all.erase(at);
    by_call_.erase(found);
    return out;
  }
  auto left = take(run);
  out.who = std::move(left.front());
  left.erase(left.begin());
  out.again = run_again(std::move(left));
  return out;
}

std::vector<shared_calls::waiter> shared_calls::take(run_id run) {
  auto found = runs_.find(run);
  if (found == runs_.end())
    return {};
  by_likeness_.erase(likeness_of(found->second.front().what));
  for (auto& w : found->second)
    by_call_.erase(w.what.id);
  auto out = std::move(found->second);
  runs_.erase(found);
  return out;
}

shared_calls::expiry shared_calls::take_due(run_id run, time_point now) {
  auto all = take(run);
  auto left = std::stable_partition(
      all.begin(), all.end(), [&](const waiter& w) { return w.what.deadline <= now; });
  expiry out;
  out.again =
      run_again({std::make_move_iterator(left), std::make_move_iterator(all.end())});
  all.erase(left, all.end());
  out.ended = std::move(all);
  return out;
}

std::optional<shared_calls::run_id> shared_calls::run_again(waiters left) {
  if (left.empty())
    return std::nullopt;
  auto longest =
      std::max_element(left.begin(), left.end(), [](const waiter& a, const waiter& b) {
        return a.what.deadline < b.what.deadline;
      });
  std::iter_swap(left.begin(), longest);
  run_id run{++last_};
  for (auto& w : left)
    by_call_.insert_or_assign(w.what.id, run);
  auto& all = runs_.emplace(run, std::move(left)).first->second;
  by_likeness_.emplace(likeness_of(all.front().what), run);
  return run;
}

std::optional<std::string> shared_calls::verify() const {
  size_t waiting = 0;
  for (auto& [run, all] : runs_) {
    waiting += all.size();
    if (all.empty())
      return "nobody waits for a run";
    auto found = by_likeness_.find(likeness_of(all.front().what));
    if (found == by_likeness_.end() || found->second != run)
      return "a run is not found by its call";
    for (auto& w : all) {
      auto mine = by_call_.find(w.what.id);
      if (mine == by_call_.end() || mine->second != run)
        return "a waiting call does not know its run";
      if (likeness_of(w.what) != likeness_of(all.front().what))
        return "a call waits for another one's result";
    }
  }
  if (by_likeness_.size() != runs_.size() || by_call_.size() != waiting)
    return "an index knows what is gone";
  return std::nullopt;
}

} // namespace troupe::behaviours
