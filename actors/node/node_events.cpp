#include "actors/interfaces/events_actor.hpp"
#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"

namespace troupe::node::operations {

namespace {

/// Hands the call to EVENTS, which answers into its sink.
void follow_events(node_state& node, pending_call c) {
  if (!c.sink) {
    c.settle(failure(malformed("events are for clients of a front")));
    return;
  }
  submissions one;
  one.push_back({std::move(c.what), std::move(c.sink), c.tag});
  node.self->send(node.context->runtime.events, std::move(one));
}

} // namespace

void add_events(operation_registry& all) {
  for (auto kind : {event_calls::follow, event_calls::replay})
    all.add({std::string{kind}, follow_events});
}

} // namespace troupe::node::operations
