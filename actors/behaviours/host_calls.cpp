#include "actors/behaviours/host.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace troupe::behaviours {

using std::chrono::milliseconds;
using worker::call_slot;
using worker::worker_event;
using worker::worker_phase;

namespace {

/// Returns whether `error` may come of the end of the behaviour itself, and not be its
/// answer.
bool may_be_an_end(const caf::error& error, const fault& why) {
  // The death of a worker that was asked names that one.
  auto of_throw = why.what == code::worker_died && !why.details.worker;
  return of_throw || error == caf::sec::request_receiver_down
         || error == caf::sec::runtime_error || error.category() == caf::atom("exit");
}

} // namespace

caf::result<outcome> host_state::run(job& j) {
  if (j.form != payload_form::json)
    return to_error(takes_no_web(pool->config.name));
  auto takes_calls = phase == worker_phase::ready || phase == worker_phase::busy;
  auto s = takes_calls ? slots.take(j.ticket) : nullptr;
  if (!s)
    return to_error({code::unavailable, full_name + " takes no call now"});
  step(worker_event::call_started);
  if (++counters.calls == recycle.limits().jobs)
    reach_limit(end_reason::jobs);
  s->started = now();
  s->deadline = j.deadline;
  s->kind = j.kind;
  s->ancestors = std::move(j.ancestors);
  s->trace = std::move(j.trace);
  behaviour_call c{j.ticket,   std::move(j.kind), std::move(j.payload), std::move(j.key),
                   j.priority, j.idempotent,      j.deadline,           {},
                   s->trace};
  if (j.stream) {
    c.chunks = {host_actor{self}, j.ticket};
    s->stream = {std::move(j.stream), j.tag,
                 std::make_shared<stream_flow>([me = host_actor{self}] {
                   caf::anon_send(me, internal::read_on_v);
                 })};
  }
  s->answer = self->make_response_promise<outcome>();
  auto answer = s->answer;
  auto id = s->id;
  self->request(behaviour->actor(), caf::infinite, std::move(c))
      .then([this, id](outcome& result) { on_outcome(id, result); },
            [this, id](const caf::error& error) { on_error(id, error); });
  return answer;
}

void host_state::on_outcome(wires::slot_id id, outcome& result) {
  // What came from a pool names its worker, and was looked at there.
  if (result.worker.empty() && !json_text::is_valid(result.payload.view()))
    return settle(id, failure(code::protocol_error,
                              full_name + " answered with what is no JSON text"));
  settle(id, outcome{std::move(result.payload), reports.name()});
}

/// If the behaviour has ended, `on_down` follows, which knows more.
void host_state::on_error(wires::slot_id id, const caf::error& error) {
  auto why = to_fault(error);
  if (!may_be_an_end(error, why))
    return settle(id, failure(std::move(why)));
  self->request(caf::actor_cast<caf::actor>(behaviour->actor()), caf::infinite,
                caf::sys_atom_v, caf::get_atom_v, std::string{"info"})
      .then([this, id, why = std::move(why)](
                caf::ok_atom, const std::string&, const caf::strong_actor_ptr&,
                const std::string&) mutable { settle(id, failure(std::move(why))); },
            [](const caf::error&) {});
}

void host_state::settle(wires::slot_id id, call_result result) {
  auto s = slots.find(id);
  if (!s)
    return;
  if (s->state == call_slot::use::running && result) {
    s->answer.deliver(*std::move(result));
  } else if (s->state == call_slot::use::running) {
    auto& why = result.error();
    why.details.answered = true;
    why.details.never_started = false; // it has, here
    s->answer.deliver(to_error(why));
  }
  release(*s);
}

caf::result<atom::writable> host_state::forward(result_chunk& c) {
  auto s = slots.find_running(c.call);
  if (!s || !s->stream.sink)
    return to_error({code::cancelled, "nobody waits for parts of this call"});
  if (!json_text::is_valid(c.payload.view()))
    return to_error({code::bad_request, "a part of a result must be JSON text"});
  auto& to = s->stream;
  count_part(c.payload.size());
  to.flow->add(c.payload.size());
  to.sink->chunk(to.tag, std::move(c.payload), to.flow);
  if (!to.flow->is_full())
    return atom::writable_v;
  auto promise = self->make_response_promise<atom::writable>();
  held_chunks.emplace(c.call, promise);
  return promise;
}

void host_state::resume_chunks() {
  for (auto i = held_chunks.begin(); i != held_chunks.end();) {
    auto s = slots.find_running(i->first);
    if (s && s->stream.flow && s->stream.flow->is_full()) {
      ++i;
      continue;
    }
    i->second.deliver(atom::writable_v);
    i = held_chunks.erase(i);
  }
}

void host_state::drop_chunks(ticket_id ticket) {
  auto [i, end] = held_chunks.equal_range(ticket);
  for (; i != end; i = held_chunks.erase(i))
    i->second.deliver(to_error({code::cancelled, "the call has ended"}));
}

caf::result<atom::released> host_state::cancel(ticket_id ticket, milliseconds left) {
  auto s = slots.find_running(ticket);
  if (!s)
    return atom::released_v;
  s->answer.deliver(to_error({code::cancelled}));
  // One that waits for another call hears of the end of that one.
  auto hears = behaviour->cancellable() || calls.has_any_for(ticket);
  cancel_for(ticket);
  drop_chunks(ticket);
  if (behaviour->cancellable())
    self->send(behaviour->cancellable(), atom::cancel_v, ticket);
  // An end would also end the calls beside it.
  auto has_time = hears || slots.running() > 1;
  auto least = has_time ? milliseconds{limits::cancel_grace} : milliseconds{0};
  auto grace = behaviour->cancellable() ? least : std::max(least, left);
  s->released = self->make_response_promise<atom::released>();
  auto released = s->released;
  slots.abandon(*s);
  if (grace.count() > 0) {
    slots.set_due(*s, now() + grace);
    watch_abandoned();
  } else {
    force_stop();
  }
  return released;
}

void host_state::watch_abandoned() {
  if (auto due = slots.next_wake_up())
    set_timer(timer::grace, std::chrono::ceil<milliseconds>(*due - now()));
}

void host_state::release(call_slot& s) {
  if (s.state == call_slot::use::abandoned)
    s.released.deliver(atom::released_v);
  cancel_for(s.ticket);
  drop_chunks(s.ticket);
  slots.free(s);
  last_call = now();
  if (slots.used() == 0) {
    step(worker_event::slots_free);
    if (ending.has_begun())
      end_softly();
  } else if (slots.running() == 0 && phase == worker_phase::stopping
             && !ending.has_begun()) {
    force_stop(); // only what will never end is left
  }
}

} // namespace troupe::behaviours
