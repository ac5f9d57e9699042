#include "actors/behaviours/host.hpp"
#include "actors/interfaces/directory.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/limits.hpp"

#include <algorithm>
#include <set>

namespace troupe::behaviours {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

namespace {

/// Calls of one behaviour for each call that it may have.
constexpr size_t calls_for_each = 4;

call to_call(pool_call& c, steady_clock::time_point now) {
  call what;
  what.kind = std::move(c.kind);
  what.payload = std::move(c.payload);
  what.key = std::move(c.key);
  what.front = front_kind::worker;
  what.taken = now;
  what.timeout = c.timeout;
  what.priority = std::clamp(c.priority, int8_t{-10}, int8_t{10});
  what.idempotent = c.idempotent;
  what.trace = std::move(c.trace);
  return what;
}

} // namespace

caf::result<outcome> host_state::call_pool(pool_call& c) {
  auto refuse = [&](code what, const std::string& why) {
    return to_error({what, "call of " + full_name + ": " + why});
  };
  auto most = std::max(limits::nested_calls, calls_for_each * pool->config.window);
  // Calls that somebody waits for have room for one call each, whatever else is open.
  // This comes first: so who calls for no call learns that there is no room for that.
  if (c.parent == 0 && calls.without_parent() >= most - pool->config.window)
    return to_error(
        {code::busy,
         "call of " + full_name + ": " + std::to_string(calls.without_parent())
             + " are open that are made for no call",
         {.worker = worker_facts{full_name}}}); // tells it from a fault of the pool
  if (calls.size() >= most)
    return refuse(code::busy, std::to_string(calls.size()) + " are open");
  if (c.to.starts_with(node_target) && !may_operate)
    return refuse(code::forbidden, "the node's operations are not for workers");
  auto parent = c.parent != 0 ? slots.find_running(c.parent) : nullptr;
  if (c.parent != 0 && !parent)
    return refuse(code::cancelled, "the call that it is made for has ended");
  auto what = to_call(c, now());
  if (parent) {
    auto left = duration_cast<milliseconds>(parent->deadline - what.taken);
    if (left.count() <= 0)
      return refuse(code::timeout, "the call that it is made for has no time left");
    what.timeout = std::min(what.timeout.value_or(left), left);
    what.ancestors = worker::with_ancestor(*parent, pool->config.name);
    if (!what.trace)
      what.trace = parent->trace;
    what.stream = c.passes_chunks && parent->stream.sink;
  }
  auto callee = pool->directory->find(*pool->directory->get(), c.to, what);
  if (!callee)
    return to_error(callee.error());
  if (!sink)
    sink = std::make_shared<pool_call_sink>(worker_actor{host_actor{self}}, full_name);
  auto promise = self->make_response_promise<outcome>();
  auto tag = calls.add({*callee, c.parent, c.tag, promise});
  if (what.stream)
    sink->connect(tag, {parent->stream.sink, parent->stream.tag});
  submissions one;
  one.push_back({std::move(what), sink, tag});
  self->send(*callee, std::move(one));
  return promise;
}

void host_state::cancel_named(tag_id wanted) {
  calls.for_each([&](tag_id tag, const pool_calls::entry& e) {
    if (e.name == wanted)
      self->send(e.callee, atom::cancel_v, reply_sink_ptr{sink}, tag);
  });
}

void host_state::cancel_for(ticket_id ticket) {
  calls.for_each_of(ticket, [&](tag_id tag, const pool_calls::entry& e) {
    sink->disconnect(tag);
    self->send(e.callee, atom::cancel_v, reply_sink_ptr{sink}, tag);
  });
}

void host_state::on_pool_outcome(nested_outcome& o) {
  auto e = calls.take(o.tag);
  if (!e)
    return;
  sink->disconnect(o.tag);
  if (o.result)
    e->promise.deliver(*std::move(o.result));
  else
    e->promise.deliver(to_error(o.result.error()));
}

void host_state::forget_calls() {
  std::set<callee_actor> callees;
  calls.for_each([&](tag_id tag, const pool_calls::entry& e) {
    sink->disconnect(tag);
    callees.insert(e.callee);
  });
  for (auto& x : callees)
    self->send(x, atom::forget_v, reply_sink_ptr{sink});
  calls = {};
}

} // namespace troupe::behaviours
