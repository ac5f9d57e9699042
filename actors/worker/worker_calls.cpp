#include "actors/worker/worker.hpp"
#include "protocol/base/limits.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace troupe::worker {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::optional<fault> worker_state::begin(call_slot& s, job& j) {
  s.started = self->clock().now();
  wires::call_terms terms{duration_cast<milliseconds>(j.deadline - s.started),
                          j.stream != nullptr};
  if (auto why = wire->send_call(process->outbox(), s.id, j.kind.view(), j.payload.view(),
                                 terms))
    return why;
  process->commit();
  s.kind = j.kind;
  s.deadline = j.deadline;
  if (++counters.calls == upkeep.jobs)
    ask_to_be_recycled(end_reason::jobs);
  return std::nullopt;
}

caf::result<outcome> worker_state::run(job& j) {
  // What was read is a message in the mailbox now: the call comes after it.
  if (process && !wire->answers_name_calls() && !hear_all())
    return self->delegate(worker_actor{self}, std::move(j));
  if (j.resumes)
    return resume(j);
  auto takes_calls =
      (phase == worker_phase::ready || phase == worker_phase::busy) && !ended;
  auto s = takes_calls ? slots.take(j.ticket) : nullptr;
  if (!s)
    return to_error({code::unavailable, full_name + " takes no call now"});
  if (auto why = begin(*s, j)) {
    slots.free(*s);
    return to_error(*why);
  }
  step(worker_event::call_started);
  s->session = j.session;
  s->ancestors = std::move(j.ancestors);
  if (j.stream) {
    s->stream = std::move(j.stream);
    s->tag = j.tag;
    s->flow = std::make_shared<stream_flow>(
        [me = worker_actor{self}] { caf::anon_send(me, atom::writable_v); });
  }
  s->answer = self->make_response_promise<outcome>();
  return s->answer;
}

void worker_state::settle(wires::frame::answer& a) {
  auto s = slots.find(a.id);
  // Outside of a session what a worker asks is its result: nobody will answer it there.
  auto asks = s && a.step == step_result::paused && !s->session.empty()
              && std::holds_alternative<shared_bytes>(a.result);
  if (!s || s->state != call_slot::use::running) {
    ++counters.late;
    said.charge(10);
    if (!s || s->state != call_slot::use::abandoned)
      return;
    if (!asks)
      release(*s);
    else if (tell_end(*s)) { // who asks has not ended
      process->commit();
      slots.set_due(*s, self->clock().now() + limits::cancel_grace);
      watch_abandoned();
    } else {
      force_stop(); // nobody will answer it
    }
    return;
  }
  if (asks) {
    slots.pause(*s);
    s->answer.deliver(outcome{std::get<shared_bytes>(std::move(a.result)), shared_name,
                              step_result::paused, process->detached_as()});
    return;
  }
  if (auto payload = std::get_if<shared_bytes>(&a.result))
    s->answer.deliver(outcome{std::move(*payload), shared_name, a.step});
  else
    s->answer.deliver(to_error(std::get<fault>(a.result)));
  release(*s);
}

void worker_state::hand_back(wires::frame::retire& r) {
  auto s = r.id ? slots.find(*r.id) : nullptr;
  if (s && s->state == call_slot::use::running)
    s->answer.deliver(outcome{null_payload(), shared_name, step_result::returned});
  if (s)
    release(*s);
  if (stop_cause)
    return;
  if (counters.calls > 0) {
    self->send(supervisor, atom::retire_v, who.incarnation);
    stop(end_reason::jobs);
    return;
  }
  // One that takes no call at all would be started again and again at full speed.
  stop(end_reason::protocol_error);
  stop_cause =
      fault{code::worker_died, full_name + " asked to be replaced before its first call"};
}

void worker_state::forward(wires::frame::chunk& c) {
  auto s = slots.find(c.id);
  if (!s || s->state != call_slot::use::running) {
    ++counters.late;
    said.charge(10, c.payload.size());
    return;
  }
  if (!s->stream) { // the caller wants the answer alone
    said.charge(10, c.payload.size());
    return;
  }
  s->flow->add(c.payload.size());
  s->stream->chunk(s->tag, std::move(c.payload), s->flow);
  update_reading();
}

void worker_state::release(call_slot& s) {
  if (s.state == call_slot::use::abandoned)
    s.released.deliver(atom::cancel_v);
  cancel_out_for(s.ticket);
  slots.free(s);
  upkeep.last_call = self->clock().now();
  if (reading_paused)
    update_reading();
  if (slots.used() == 0)
    step(worker_event::slots_free);
  else if (slots.running() + slots.paused() == 0 && phase == worker_phase::stopping
           && !stop_cause)
    force_stop(); // only what will never end is left
}

caf::result<atom::cancel> worker_state::cancel(uint64_t ticket, milliseconds left) {
  auto s = slots.find_running(ticket);
  if (!s)
    return atom::cancel_v;
  s->answer.deliver(to_error({code::cancelled}));
  cancel_out_for(ticket);
  auto told = info.can_cancel && wire->send_cancel(process->outbox(), s->id);
  if (told)
    process->commit();
  auto least = least_grace(told);
  return abandon(*s, told && wire->cancels_soon() ? least : std::max(least, left));
}

/// Where there is no word for it, the calls beside it must not pay for this one: wait
/// whether it comes to an end.
milliseconds worker_state::least_grace(bool told) const {
  return told || slots.running() + slots.paused() > 1 ? limits::cancel_grace
                                                      : milliseconds{0};
}

caf::result<atom::cancel> worker_state::abandon(call_slot& s, milliseconds left) {
  s.released = self->make_response_promise<atom::cancel>();
  auto released = s.released;
  slots.abandon(s);
  if (reading_paused)
    update_reading();
  if (left.count() > 0) {
    slots.set_due(s, self->clock().now() + left);
    watch_abandoned();
  } else {
    force_stop();
  }
  return released;
}

void worker_state::watch_abandoned() {
  auto due = slots.next_due();
  if (due && graces.wants(*due))
    set_timer(timer::grace, std::chrono::ceil<milliseconds>(*due - self->clock().now()));
}

void worker_state::force_stop() {
  if (slots.running() + slots.paused() == 0) {
    auto all = slots.by_age();
    auto now = self->clock().now();
    auto in_time = std::any_of(all.begin(), all.end(), [now](auto s) {
      return s->state == call_slot::use::abandoned && s->deadline > now;
    });
    if (in_time)
      kill(end_reason::cancelled,
           {code::timeout, full_name + " did not stop a call that was cancelled"});
    else
      kill(end_reason::timeout,
           {code::timeout, full_name + " did not finish a call in time"});
    return;
  }
  // Others are still in it: they may end, new ones may not come.
  if (phase != worker_phase::stopping && step(worker_event::stopped))
    self->send(supervisor, atom::retire_v, who.incarnation);
}

void worker_state::protocol_error(std::string why) {
  auto error = to_error(with_diagnostics({code::protocol_error, std::move(why)}));
  for (auto s : slots.by_age()) {
    if (s->state != call_slot::use::running)
      continue;
    s->answer.deliver(error);
    release(*s);
  }
}

} // namespace troupe::worker
