#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"
#include "actors/session/sessions.hpp"

namespace troupe::node::operations {

namespace {

/// Hands the call to SESSIONS, which knows it by its kind.
void converse(node_state& node, pending_call c) {
  if (c.sink) {
    submissions one;
    one.push_back({std::move(c.what), std::move(c.sink), c.tag});
    node.self->send(node.sessions, std::move(one));
    return;
  }
  auto what = c.what;
  auto caller = std::make_shared<pending_call>(std::move(c));
  node.self->request(node.sessions, caf::infinite, std::move(what))
      .then([caller](outcome& result) { caller->settle(std::move(result)); },
            [caller](caf::error& e) { caller->settle(failure(to_fault(e))); });
}

} // namespace

void add_sessions(operation_registry& all) {
  for (auto& known : session::sessions_state::operations())
    all.add({std::string{known.kind}, converse});
}

} // namespace troupe::node::operations
