#include "actors/node/operation_families.hpp"
#include "actors/node/operation_registry.hpp"

namespace troupe::node {

operation_registry built_in_operations() {
  operation_registry all;
  operations::add_reports(all);
  operations::add_members(all);
  operations::add_pool_changes(all);
  operations::add_copies(all);
  operations::add_orders(all);
  operations::add_events(all);
  operations::add_followers(all);
  operations::add_sessions(all);
  operations::add_spawning(all);
  operations::add_spawned_programs(all);
  operations::add_agents(all);
  operations::add_crashes(all);
  operations::add_configuration(all);
  operations::add_slow_calls(all);
  operations::add_calls(all);
  operations::add_history(all);
  return all;
}

} // namespace troupe::node
