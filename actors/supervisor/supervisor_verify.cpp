#include "actors/supervisor/supervisor.hpp"

#include <numeric>

namespace troupe::supervisor {

std::optional<std::string> supervisor_state::verify() const {
  for (auto& wrong :
       {replicas.verify(), starts.verify(), stops.verify(replicas.living),
        planned.roll ? planned.roll->verify(replicas.size()) : std::nullopt})
    if (wrong)
      return wrong;
  size_t starting = 0;
  for (auto& s : replicas) {
    replica::for_each(s, [&](const incarnation& w) { starting += !w.ready; });
    if (s.plan.state() == replica_state::in_line && !starts.contains(s.index))
      return "replica " + std::to_string(s.index) + " waits in line, but is not in it";
  }
  if (starting != starts.starting())
    return "starting are " + std::to_string(starting) + " workers, counted "
           + std::to_string(starts.starting());
  if (pool->config.is_copy() || !pool->records.counts->copies.empty())
    return std::nullopt;
  // A worker that is counted is there; one that has no child yet is not counted.
  auto counted = pool->records.counts->workers().living;
  if (std::accumulate(counted.begin(), counted.end(), uint64_t{0})
      > replicas.living.size())
    return "a scrape tells of workers that have ended";
  return std::nullopt;
}

} // namespace troupe::supervisor
