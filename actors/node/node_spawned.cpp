#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"
#include "actors/node/terminal_survey.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

/// Programs on terminals that were spawned by request: which there are, and their
/// release.
namespace troupe::node::operations {

namespace {

namespace json = boost::json;

void list_spawned(node_state& node, pending_call c) {
  auto shared = std::make_shared<pending_call>(std::move(c));
  ask_terminals(node, "info", [shared](terminal_answers& found) {
    json::array agents;
    for (auto& [which, one] : found)
      agents.push_back(std::move(one));
    answer(*shared, {{"success", true}, {"agents", std::move(agents)}});
  });
}

/// `{"name"}`: ends such a program, and forgets it.
///
/// A program that does not read what was typed must not hold this up: it is stopped
/// first. One that is not there has been released before, as far as its clients know.
void release(node_state& node, pending_call c) {
  auto name = json_text::text_member(c.what.payload.view(), "name").value_or("");
  auto where = parse_address(node.context->runtime.directory->shown_worker(name));
  auto is_here =
      where && (where->node.empty() || where->node == node.context->config.name);
  auto pool = is_here ? node.find_pool(where->pool) : nullptr;
  if (!pool)
    return answer(c, {{"success", true}, {"name", name}});
  auto& config = pool->context->config;
  if (!config.workers.has_terminal)
    return c.settle(failure(code::not_a_terminal, config.name + " is no terminal"));
  auto shared = std::make_shared<pending_call>(std::move(c));
  auto done = [&node, shared, name] {
    node.self->send(node.context->runtime.events, atom::publish_v,
                    event{"agent_released", {{"name", name}}, name});
    answer(*shared, {{"success", true}, {"name", name}});
  };
  auto stopped = [&node, done, pool = config.name, goes = config.is_for_one_program()] {
    auto entry = node.find_pool(pool);
    if (goes && entry)
      node.remove_pool(*entry, done);
    else
      done();
  };
  node.self->request(pool->supervisor, caf::infinite, atom::stop_v, where->worker)
      .then([stopped](quantity) { stopped(); }, [stopped](caf::error&) { stopped(); });
}

/// `{"name"}`: says which worker on a terminal that is, or why it is none.
void find_terminal(node_state& node, pending_call c) {
  auto name = json_text::text_member(c.what.payload.view(), "name").value_or("");
  auto& names = *node.context->runtime.directory;
  // A program may have been spawned under a name that no pool may have.
  if (auto shown = names.workers_of(spawned_pool_name(name));
      shown && shown->has_shown_name && shown->has_terminal)
    return answer(c, {{"worker", names.shown_worker(name)}});
  auto about = find_subject(node, c, subject::pool_or_worker);
  if (!about)
    return;
  auto& config = about->pool->context->config;
  if (config.workers.has_terminal)
    return answer(c, {{"worker", worker_name(config.name, std::max(about->worker, 0))}});
  c.settle(failure(code::not_a_terminal, name + " is no terminal: pool " + config.name
                                             + " speaks " + config.protocol));
}

} // namespace

void add_spawned_programs(operation_registry& all) {
  all.add({"spawned", list_spawned});
  all.add({"release", release});
  all.add({"terminal", find_terminal});
}

} // namespace troupe::node::operations
