#include "actors/broker/running_calls.hpp"

#include <set>

namespace troupe::broker {

std::optional<std::string> running_calls::verify() const {
  std::set<size_t> free;
  for (auto i : free_)
    if (i >= entries_.size() || entries_[i] || !free.insert(i).second)
      return "running_calls: a free entry is in use, or free twice";
  std::set<ticket_id> tickets;
  size_t waited_for = 0;
  size_t abandoned = 0;
  for (auto& e : entries_) {
    if (!e)
      continue;
    if (e->ticket >= next_ticket_ || !tickets.insert(e->ticket).second)
      return "running_calls: a ticket is given twice";
    ++(e->abandoned ? abandoned : waited_for);
  }
  if (waited_for != waited_for_ || abandoned != abandoned_)
    return "running_calls: the counts are not those of the calls";
  if (tickets.size() + free.size() != entries_.size())
    return "running_calls: an entry is neither free nor in use";
  return std::nullopt;
}

} // namespace troupe::broker
