#include "actors/worker/worker.hpp"
#include "protocol/base/limits.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace troupe::worker {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

result<> worker_state::begin(call_slot& s, job& j) {
  // Such a call takes its answer in parts: its front sends on what there is.
  if (!wire->takes(j.form) || (j.form == payload_form::web && !j.stream))
    return failure(takes_no_web(pool->config.name));
  s.started = now();
  wires::call_terms terms{duration_cast<milliseconds>(j.deadline - s.started),
                          j.stream != nullptr, j.trace.get(), j.form};
  if (auto sent = wire->send_call(process->outbox(), s.id, j.kind.view(),
                                  j.payload.view(), terms);
      !sent)
    return sent;
  process->commit();
  s.kind = std::move(j.kind);
  s.trace = std::move(j.trace);
  s.request_id = std::move(j.request_id);
  s.deadline = j.deadline;
  s.lines_before = logged.count();
  if (++counters.calls == recycle.limits().jobs)
    reach_limit(end_reason::jobs);
  return {};
}

caf::result<outcome> worker_state::run(job& j) {
  // The output read so far is a message in the mailbox now: the call must come after
  // it.
  if (process && !wire->answers_name_calls() && !hear_all())
    return self->delegate(worker_actor{self}, std::move(j));
  if (j.start == job_start::resumed)
    return resume(j);
  auto takes_calls =
      (phase == worker_phase::ready || phase == worker_phase::busy) && !ended;
  if (takes_calls && j.form == payload_form::json)
    if (auto known =
            wire->answer_itself(process->outbox(), j.kind.view(), j.payload.view())) {
      process->commit();
      return outcome{*std::move(known), reports.name()};
    }
  auto s = takes_calls ? slots.take(j.ticket) : nullptr;
  if (!s)
    return to_error({code::unavailable, full_name + " takes no call now"});
  if (auto begun = begin(*s, j); !begun) {
    slots.free(*s);
    return to_error(begun.error());
  }
  step(worker_event::call_started);
  s->session = std::move(j.session);
  s->ancestors = std::move(j.ancestors);
  if (j.stream) {
    s->stream.sink = std::move(j.stream);
    s->stream.tag = j.tag;
    s->stream.flow = std::make_shared<stream_flow>(
        [me = worker_actor{self}] { caf::anon_send(me, internal::read_on_v); });
  }
  s->answer = self->make_response_promise<outcome>();
  return s->answer;
}

void worker_state::settle(wires::frame::answer& a) {
  auto s = slots.find(a.id);
  // Outside of a session what a worker asks is its result: nobody will answer it there.
  auto asks =
      s && a.step == step_result::paused && !s->session.empty() && a.result.has_value();
  if (!s || s->state != call_slot::use::running) {
    count_late();
    said.charge(10);
    if (!s || s->state != call_slot::use::abandoned)
      return;
    if (!asks)
      release(*s);
    else if (tell_end(*s)) { // who asks has not ended
      process->commit();
      slots.set_due(*s, now() + limits::cancel_grace);
      watch_abandoned();
    } else {
      force_stop(); // nobody will answer it
    }
    return;
  }
  if (asks) {
    slots.pause(*s);
    s->answer.deliver(outcome{*std::move(a.result), reports.name(), step_result::paused,
                              process->detached_as()});
    return;
  }
  if (a.result)
    s->answer.deliver(outcome{*std::move(a.result), reports.name(), a.step});
  else
    s->answer.deliver(to_error(a.result.error()));
  release(*s);
}

void worker_state::free_cancelled(const wires::frame::cancelled& c) {
  auto s = slots.find(c.id);
  if (s && s->state == call_slot::use::abandoned)
    release(*s);
}

void worker_state::hand_back(wires::frame::retire& r) {
  auto s = r.id ? slots.find(*r.id) : nullptr;
  if (s && s->state == call_slot::use::running)
    s->answer.deliver(outcome{null_payload(), reports.name(), step_result::returned});
  if (s)
    release(*s);
  if (ending.has_begun())
    return;
  if (counters.calls > 0) {
    reports.retire();
    stop(end_reason::jobs);
    return;
  }
  // A worker that takes no call at all would be restarted again and again at full
  // speed.
  stop(end_reason::protocol_error);
  ending.blame(
      {code::worker_died, full_name + " asked to be replaced before its first call"});
}

void worker_state::forward(wires::frame::chunk& c) {
  auto s = slots.find(c.id);
  if (!s || s->state != call_slot::use::running) {
    count_late();
    said.charge(10, c.payload.size());
    return;
  }
  if (!s->stream.sink) { // the caller wants the answer alone
    said.charge(10, c.payload.size());
    return;
  }
  auto& to = s->stream;
  count_part(c.payload.size());
  to.flow->add(c.payload.size());
  to.sink->chunk(to.tag, std::move(c.payload), to.flow);
  update_reading();
}

void worker_state::release(call_slot& s) {
  if (s.state == call_slot::use::abandoned)
    s.released.deliver(atom::released_v);
  cancel_out_for(s.ticket);
  slots.free(s);
  last_call = now();
  if (reading.client_is_behind())
    update_reading();
  if (slots.used() == 0)
    step(worker_event::slots_free);
  else if (slots.running() + slots.paused() == 0 && phase == worker_phase::stopping
           && !ending.has_begun())
    force_stop(); // only what will never end is left
}

caf::result<atom::released> worker_state::cancel(ticket_id ticket, milliseconds left) {
  auto s = slots.find_running(ticket);
  if (!s)
    return atom::released_v;
  s->answer.deliver(to_error({code::cancelled}));
  cancel_out_for(ticket);
  auto told = info.can.has(wires::capability::cancel)
              && wire->send_cancel(process->outbox(), s->id);
  if (told)
    process->commit();
  auto least = least_grace(told);
  if (told && left.count() > 0 && wire->may_leave_unanswered()) {
    s->may_stay_unanswered = true;
    return abandon(*s, least);
  }
  return abandon(*s, told && wire->cancels_soon() ? least : std::max(least, left));
}

/// If the child cannot be told, the call may still end in time: a kill would also end
/// the calls beside it.
milliseconds worker_state::least_grace(bool told) const {
  return told || slots.running() + slots.paused() > 1 ? limits::cancel_grace
                                                      : milliseconds{0};
}

caf::result<atom::released> worker_state::abandon(call_slot& s, milliseconds left) {
  s.released = self->make_response_promise<atom::released>();
  auto released = s.released;
  slots.abandon(s);
  if (reading.client_is_behind())
    update_reading();
  if (left.count() > 0) {
    slots.set_due(s, now() + left);
    watch_abandoned();
  } else {
    force_stop();
  }
  return released;
}

void worker_state::watch_abandoned() {
  if (auto due = slots.next_wake_up())
    set_timer(timer::grace, std::chrono::ceil<milliseconds>(*due - now()));
}

void worker_state::force_stop() {
  if (slots.running() + slots.paused() == 0) {
    auto all = slots.by_age();
    auto in_time = std::any_of(all.begin(), all.end(), [here = now()](auto s) {
      return s->state == call_slot::use::abandoned && s->deadline > here;
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
    reports.retire();
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
