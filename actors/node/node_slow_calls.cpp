#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"

#include <chrono>
#include <memory>

namespace troupe::node::operations {

namespace {

using namespace std::chrono_literals;

/// The last slow calls, the youngest first. SLOW LOG writes the answer: the output of
/// commands may be long.
void list_slow_calls(node_state& node, pending_call c) {
  auto& slow_log = node.context->runtime.slow_log;
  if (!slow_log)
    return c.settle(failure(code::not_found, "this node keeps no slow log"));
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.self->request(slow_log, 5s, atom::status_v)
      .then([shared](shared_bytes& rows) { shared->settle(outcome{std::move(rows)}); },
            [shared](caf::error& e) { shared->settle(failure(to_fault(e))); });
}

} // namespace

void add_slow_calls(operation_registry& all) {
  all.add({"calls.slow", list_slow_calls});
}

} // namespace troupe::node::operations
