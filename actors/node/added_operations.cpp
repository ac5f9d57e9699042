#include "actors/node/added_operations.hpp"

#include "actors/behaviours/behaviour_workers.hpp"
#include "actors/node/operation_registry.hpp"

#include <boost/json/serialize.hpp>

#include <utility>

namespace troupe::node {

namespace {

config::pool pool_of(const config::operation& o, const behaviour_kind& behaviour,
                     const config::worker_kind& workers) {
  config::pool p;
  p.name = '$' + o.name;
  p.behaviour.name = o.behaviour;
  p.behaviour.options = boost::json::serialize(o.options);
  p.window = behaviour.window;
  p.exec_timeout = o.timeout;
  p.queue_timeout = o.timeout;
  // Most calls of an operation have the same payload: that a few of them ended its worker
  // says nothing of the next one.
  p.quarantine = 0;
  workers.apply_to(p);
  return p;
}

} // namespace

void add_operations(config::known_kinds& known,
                    std::shared_ptr<const behaviour_registry> behaviours) {
  known.operations = [all = std::move(behaviours)] { return all->operations(); };
  known.is_operation = [own = built_in_operations()](std::string_view name) {
    return own.find(name) != nullptr;
  };
}

std::vector<config::pool>
operation_pools(const std::vector<config::operation>& operations,
                const std::shared_ptr<const behaviour_registry>& behaviours) {
  // None of them is isolated: an operation has no key for that.
  auto workers = behaviours::behaviour_workers(behaviours, {}).kind;
  std::vector<config::pool> all;
  for (auto& o : operations)
    if (auto behaviour = behaviours->find(o.behaviour))
      all.push_back(pool_of(o, *behaviour, workers));
  return all;
}

} // namespace troupe::node
