#include "actors/broker/broker.hpp"
#include "actors/interfaces/directory.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <algorithm>
#include <vector>

/// Calls that wait here while other nodes have room; what other nodes are told.
namespace troupe::broker {

namespace {

/// Returns whether calls that wait may go to other nodes, if there are any.
bool spills(const broker_state& b) {
  return b.pool->sharing.spill_after.count() > 0 && b.pool->directory
         && b.pool->directory->others();
}

/// Returns whether ROUTE has sent the present message. @pre There is a cluster.
bool is_from_route(const broker_state& b) {
  return b.self->current_sender() == b.pool->directory->route().address();
}

/// Returns whether nothing ties the call to this node. Who waits by a promise waits for
/// this actor.
bool may_travel(const pending_call& c) {
  return c.sink && c.what.session.empty() && c.what.node.empty()
         && c.what.hops < limits::call_hops;
}

} // namespace

bool broker_state::look_elsewhere(pending_call& c) {
  if (!spills(*this))
    return false;
  // What another node, or ROUTE, has sent here waits: it has looked already.
  auto& others = *pool->directory->others();
  if (!may_spill(c) || c.what.hops > 0 || is_from_route(*this)
      || others.room_elsewhere(pool->config.name) <= watch.leaving.size())
    return false;
  c.what.looks_for_room = true;
  watch.leaving.push_back(take_leave(std::move(c)));
  return true;
}

void broker_state::watch_for_spills() {
  if (watch.looks_for_spills || !spills(*this))
    return;
  watch.looks_for_spills = true;
  self->delayed_send(self, pool->sharing.spill_after, internal::check_spill_v);
}

bool broker_state::may_spill(const pending_call& c) const {
  // A key or an index means one worker.
  return may_travel(c) && c.what.key.empty() && c.what.worker < 0 && !c.sink->is_behind();
}

bool broker_state::may_leave(const pending_call& c) const {
  auto names = pool->directory;
  // An index that the key stands for is one of this node only.
  auto is_bound =
      c.what.worker >= 0
      && (c.what.key.empty() || pool->config.affinity != config::affinity::require);
  return may_travel(c) && c.deaths == 0 && !is_bound && !c.what.ancestors && names
         && names->others() && names->others()->takes_calls(pool->config.name);
}

bool broker_state::send_away(pending_call& c) {
  // What ROUTE has sent here has no other place.
  if (admission.takes_calls() || !may_leave(c) || is_from_route(*this))
    return false;
  submissions one;
  one.push_back(take_leave(std::move(c)));
  hand_to_route(std::move(one));
  return true;
}

submission broker_state::take_leave(pending_call&& c) {
  open.remove(c);
  if (c.slow != 0)
    end_slow(c, nullptr, true);
  ++counters.handed_on; // `submit` takes it back if ROUTE does; a metric never falls
  ++pool->records.counts->totals.handed_on;
  c.what.pool = pool->config.name;
  c.what.worker = -1;
  return {std::move(c.what), std::move(c.sink), c.tag};
}

void broker_state::hand_to_route(submissions batch) {
  if (batch.empty())
    return;
  watch.has_spilled = true;
  self->send(pool->directory->route(), std::move(batch));
}

void broker_state::spill() {
  watch.looks_for_spills = false;
  auto& names = *pool->directory;
  if (!names.others())
    return; // the node ends
  auto room = std::min<size_t>(names.others()->room_elsewhere(pool->config.name),
                               limits::spill_batch);
  auto since = self->clock().now() - pool->sharing.spill_after;
  std::vector<call_queue::place> found;
  auto left = 4 * limits::spill_batch; // the others may be many, and none that may go
  if (room > 0)
    queue.visit_by_time([&](const call_queue::place& p, const pending_call& c) {
      if (c.what.taken <= since && may_spill(c))
        found.push_back(p);
      return found.size() < room && --left > 0;
    });
  submissions batch;
  for (auto& p : found) {
    auto c = queue.take(p);
    end_spans(*c);
    // What others have told may be old by now: ROUTE knows what it has sent them since.
    c->what.looks_for_room = true;
    batch.push_back(take_leave(std::move(*c)));
  }
  hand_to_route(std::move(batch));
  if (queue.has_for(-1))
    watch_for_spills();
  note_load();
}

const callee_actor* broker_state::route_to_tell() const {
  if (!watch.has_spilled)
    return nullptr;
  auto& route = pool->directory->route();
  // ROUTE asks every pool that it has given calls to: they must not go in a circle.
  return route && !is_from_route(*this) ? &route : nullptr;
}

void broker_state::note_load() const {
  note_activity();
  if (!pool->sharing.load)
    return;
  auto set = [](std::atomic<uint32_t>& to, size_t n) {
    to.store(static_cast<uint32_t>(n), std::memory_order_relaxed);
  };
  auto admits = admission.takes_calls();
  pool->sharing.load->takes_calls.store(admits, std::memory_order_relaxed);
  set(pool->sharing.load->free, admits ? workers.free_slots() : 0);
  set(pool->sharing.load->waiting, queue.size_for(-1));
  set(pool->sharing.load->running, running.waited_for());
  set(pool->sharing.load->size, admits ? workers.capacity() : 0);
  pool->sharing.load->max_frame.store(pool->config.max_frame, std::memory_order_relaxed);
}

} // namespace troupe::broker
