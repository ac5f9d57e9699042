#pragma once

namespace troupe::node {
class operation_registry;
}

/// The families of operations: each adds its own to a registry, and has a file of its
/// own.
namespace troupe::node::operations {

void add_reports(operation_registry& all);
void add_members(operation_registry& all);
void add_pool_changes(operation_registry& all);
void add_copies(operation_registry& all);
void add_orders(operation_registry& all);
void add_events(operation_registry& all);
void add_followers(operation_registry& all);
void add_sessions(operation_registry& all);
void add_spawning(operation_registry& all);
void add_spawned_programs(operation_registry& all);
void add_agents(operation_registry& all);
void add_crashes(operation_registry& all);
void add_configuration(operation_registry& all);
void add_slow_calls(operation_registry& all);
void add_calls(operation_registry& all);
void add_history(operation_registry& all);

} // namespace troupe::node::operations
