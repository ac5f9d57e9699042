#include "actors/supervisor/replica.hpp"

#include <algorithm>
#include <utility>

namespace troupe::supervisor {

replica_occupancy replica::occupancy() const noexcept {
  if (current)
    return successor ? replica_occupancy::replacing : replica_occupancy::occupied;
  return successor ? replica_occupancy::successor_only : replica_occupancy::vacant;
}

incarnation* replica::shown() {
  return current ? &*current : successor ? &*successor : nullptr;
}

incarnation* replica::find(incarnation_id number) {
  if (current && current->number == number)
    return &*current;
  if (successor && successor->number == number)
    return &*successor;
  for (auto& w : old)
    if (w.number == number)
      return &w;
  return nullptr;
}

incarnation* replica::promote() {
  incarnation* replaced = nullptr;
  if (current) {
    current->leaving = true;
    replaced = &old.emplace_back(std::move(*current));
  }
  current = successor.take();
  plan.apply(replica_event::filled);
  return replaced;
}

std::optional<std::pair<replica::role, incarnation>>
replica::remove(incarnation_id number) {
  if (current && current->number == number)
    return std::pair{role::current, *std::exchange(current, std::nullopt)};
  if (successor && successor->number == number)
    return std::pair{role::successor, *successor.take()};
  auto i = std::find_if(old.begin(), old.end(),
                        [number](const incarnation& w) { return w.number == number; });
  if (i == old.end())
    return std::nullopt;
  auto gone = std::move(*i);
  old.erase(i);
  return std::pair{role::old, std::move(gone)};
}

std::optional<std::string> replica::verify() const {
  auto wrong = [this](const char* what) {
    return "replica " + std::to_string(index) + ": " + what;
  };
  if (plan.refused() > 0)
    return wrong("an event came that its state does not allow");
  if (!may_house(plan.state(), occupancy()))
    return wrong("a worker lives in it, against its state");
  if (!plan.is_enabled())
    if ((current && !current->leaving) || (successor && !successor->leaving))
      return wrong("it is to be empty, but its worker was not told to leave");
  for (auto& w : old)
    if (!w.leaving)
      return wrong("a worker that was replaced is not leaving");
  return std::nullopt;
}

} // namespace troupe::supervisor
