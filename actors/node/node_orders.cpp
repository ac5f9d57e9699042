#include "actors/interfaces/fan_in.hpp"
#include "actors/node/node_operations.hpp"
#include "actors/node/operation_families.hpp"
#include "actors/node/status_json.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <boost/json/object.hpp>

#include <chrono>

/// What is ordered of workers, of the brokers of pools, and of the node itself.
namespace troupe::node::operations {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

/// Restarts or stops what the payload names; answers `{member: count}`.
template <class Atom>
void order(node_state& node, pending_call c, const target& about, Atom what,
           const char* member) {
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.self->request(about.pool->supervisor, caf::infinite, what, about.worker)
      .then(
          [shared, member](quantity n) {
            answer(*shared, {{member, uint64_t{n}}});
          },
          [shared](caf::error& e) { shared->settle(failure(to_fault(e))); });
}

/// The outcome of the restart of every pool.
struct restart_summary {
  uint64_t restarted = 0;
  json::object failed;
  /// The last that failed.
  fault why;
};

void answer_restart(pending_call& c, restart_summary& all) {
  if (all.failed.empty())
    return answer(c, {{"restarted", all.restarted}});
  all.why.details.relayed = json_object_writer{}
                                .add("restarted", all.restarted)
                                .add_json("failed", to_text(all.failed))
                                .members();
  c.settle(failure(std::move(all.why)));
}

/// Restarts the workers of every pool; one after the other within a pool. Answers how
/// many it were, and which pools failed.
void restart_all(node_state& node, pending_call c) {
  auto finish = [c = std::move(c)](restart_summary& all) mutable {
    answer_restart(c, all);
  };
  auto all = std::make_shared<fan_in<restart_summary>>(std::move(finish));
  for (auto& [name, entry] : node.pools)
    if (!entry.removing && !entry.context->config.is_for_one_client())
      all->expect<quantity>(
          node.self->request(entry.supervisor, caf::infinite, atom::restart_v,
                             int32_t{-1}),
          [](restart_summary& sum, quantity n) { sum.restarted += n; },
          [pool = name](restart_summary& sum, caf::error& e) {
            auto why = to_fault(e);
            sum.failed[pool] = to_value(why);
            sum.why = {why.what, "pool " + pool + ": " + why.message};
          });
  all->close();
}

/// `{"name"}` or `{"all":true}`.
void restart(node_state& node, pending_call c) {
  auto all = find_flag(c, "all");
  if (!all)
    return;
  if (*all)
    return restart_all(node, std::move(c));
  if (auto about = find_subject(node, c, subject::pool_or_worker))
    order(node, std::move(c), *about, atom::restart_v, "restarted");
}

/// `{"name","wait"?}`: with `"wait":false`, answers once the workers are told to stop,
/// and not only when they have ended.
void stop(node_state& node, pending_call c, const target& about) {
  auto waits = find_flag(c, "wait", true);
  if (!waits)
    return;
  if (*waits)
    return order(node, std::move(c), about, atom::stop_v, "stopped");
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.self->request(about.pool->supervisor, caf::infinite, atom::stop_v, about.worker)
      .then(
          [shared](quantity n) {
            answer(*shared, {{"stopped", uint64_t{n}}});
          },
          [shared](caf::error& e) { shared->settle(failure(to_fault(e))); });
  // It takes messages in order: when it answers this, it knows of the stop.
  node.self->request(about.pool->supervisor, 2s, atom::status_v)
      .then(
          [shared](pool_status&) {
            answer(*shared, {{"stopping", true}});
          },
          [shared](caf::error& e) { shared->settle(failure(to_fault(e))); });
}

/// Has the pool that the payload names take no calls, or take them again.
template <class Atom>
void admit(node_state& node, pending_call c, const target& about, Atom what) {
  auto shared = std::make_shared<pending_call>(std::move(c));
  node.self->request(about.pool->broker, 2s, what)
      .then(
          [shared](Atom) {
            answer(*shared, {{"admitting", Atom{} == atom::admit_v}});
          },
          [shared](caf::error& e) { shared->settle(failure(to_fault(e))); });
}

void resume(node_state& node, pending_call c, const target& about) {
  admit(node, std::move(c), about, atom::admit_v);
}

void shut_down(node_state& node, pending_call c) {
  answer(c, {{"stopping", true}});
  node.context->process.request_stop();
}

} // namespace

void pause_pool(node_state& node, pending_call c, const target& about) {
  admit(node, std::move(c), about, atom::refuse_v);
}

void add_orders(operation_registry& all) {
  all.add({"restart", restart, begins});
  all.add({"stop", subject::pool_or_worker, stop});
  all.add({"resume", subject::pool, resume, begins});
  all.add({"shutdown", shut_down});
}

} // namespace troupe::node::operations
