#include "actors/interfaces/directory.hpp"
#include "actors/worker/worker.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/limits.hpp"

#include <set>

namespace troupe::worker {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

void worker_state::call_out(wires::frame::nested_call& c) {
  auto refuse = [&](code what, std::string why) {
    said.charge(20);
    reply(c.request_id, failure(what, "call: " + std::move(why)));
  };
  auto& open = nested.ensure();
  if (open.has(c.request_id))
    return refuse(code::bad_request, "request_id: a call of this name is still open");
  if (open.size() >= limits::nested_calls)
    return refuse(code::busy,
                  "this worker has " + std::to_string(open.size()) + " calls open");
  if (c.to.starts_with(node_target))
    return refuse(code::forbidden, "the node's operations are not for workers");
  // With several calls in it, only the worker knows which one this is for.
  const call_slot* parent = c.parent              ? slots.find(*c.parent)
                            : slots.active() == 1 ? slots.oldest_active()
                                                  : nullptr;
  if (parent && parent->state == call_slot::use::abandoned)
    return refuse(code::cancelled, "nobody waits for the call that it is made for");
  if (c.parent && (!parent || parent->state != call_slot::use::running))
    return refuse(code::bad_request, "parent: no such call is running in this worker");
  auto& what = c.what;
  what.taken = now();
  what.front = front_kind::worker;
  if (parent) {
    auto left = duration_cast<milliseconds>(parent->deadline - what.taken);
    if (left.count() <= 0)
      return refuse(code::timeout, "the call that it is made for has no time left");
    what.timeout = std::min(what.timeout.value_or(left), left);
    what.ancestors = with_ancestor(*parent, pool->config.name);
    if (!what.trace)
      what.trace = parent->trace;
  }
  auto table = pool->directory->get();
  auto callee = pool->directory->find(*table, c.to, what);
  if (!callee)
    return refuse(callee.error().what, callee.error().message);
  if (!open.sink)
    open.sink = make_nested_sink(worker_actor{self}, full_name);
  what.request_id = c.request_id;
  auto tag =
      open.add({std::move(c.request_id), *callee, parent ? parent->ticket : ticket_id{}});
  submissions one;
  one.push_back({std::move(what), open.sink, tag});
  self->send(*callee, std::move(one));
}

void worker_state::cancel_out(const wires::frame::nested_cancel& c) {
  auto tag = nested ? nested->find(c.request_id) : nullptr;
  if (tag)
    self->send(nested->at(*tag).callee, atom::cancel_v, nested->sink, *tag);
}

void worker_state::cancel_out_for(ticket_id ticket) {
  if (!nested || ticket == 0)
    return; // 0: of a call that the node knows nothing of
  nested->for_each_of(ticket, [&](tag_id tag, const nested_calls::entry& e) {
    self->send(e.callee, atom::cancel_v, nested->sink, tag);
  });
}

void worker_state::on_outcome(nested_outcome& o) {
  if (!nested)
    return;
  if (auto e = nested->take(o.tag))
    reply(e->request_id, o.result);
}

void worker_state::reply(const shared_bytes& request_id, const call_result& result) {
  if (!process)
    return;
  wire->send_outcome(process->outbox(), request_id.view(), result);
  commit_answer();
}

/// A child that does not read what it asked for is not heard either.
void worker_state::commit_answer() {
  process->commit();
  if (reading.owes_answers() || process->outbox().size() <= limits::child_backlog)
    return;
  reading.set_owes_answers(true);
  process->report_writes(true);
  apply_reading();
}

void worker_state::forget_calls() {
  if (!nested)
    return;
  std::set<callee_actor> callees;
  nested->for_each(
      [&](uint64_t, const nested_calls::entry& e) { callees.insert(e.callee); });
  for (auto& x : callees)
    self->send(x, atom::forget_v, nested->sink);
  nested.reset();
}

} // namespace troupe::worker
