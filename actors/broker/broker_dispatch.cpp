#include "actors/broker/broker.hpp"
#include "actors/interfaces/request_with_timeout.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/printable.hpp"

#include <spdlog/spdlog.h>

namespace troupe::broker {

void broker_state::dispatch_waiting() {
  if (queue.empty()) {
    note_load();
    return;
  }
  auto now = self->clock().now();
  queue.for_each_addressed([&](int32_t index) {
    while (auto to = workers.find_free(index)) {
      auto c = queue.pop_for(index);
      if (!c)
        break;
      dispatch(std::move(c), *to, now);
    }
  });
  while (workers.has_free_slot()) {
    auto c = queue.pop();
    if (!c)
      break;
    auto to = choose(c->what);
    dispatch(std::move(c), to, now);
  }
  note_load();
}

void broker_state::dispatch(pending_call_ptr c, worker_set::ref to,
                            steady_clock::time_point now) {
  if (c->start_by <= now) {
    settle(*c, failure(fault{code::queue_timeout}));
    return;
  }
  workers.acquire(to);
  start(std::move(c), to, job_start::afresh, now);
}

void broker_state::start(pending_call_ptr c, worker_set::ref to, job_start how,
                         steady_clock::time_point now) {
  auto ends_by = now + pool->config.exec_timeout;
  if (running.waited_for() == 0)
    admission.note_first_start(now);
  open.add(*c);
  auto i = running.add(std::move(c), to, ends_by, how);
  auto& f = running[i];
  f.started = now;
  auto deadline = f.deadline();
  pool->records.counts->calls.of(f.call.what.kind.view())
      .waited.add(now - f.call.what.taken);
  open.move(f.call.entry, i);
  if (pool->config.slow.after.count() > 0 && !watch.looks_for_slow)
    watch_for_slow(now + pool->config.slow.after);
  job j{f.ticket, f.call.what.kind, f.call.what.payload,   deadline,
        nullptr,  f.call.tag,       f.call.what.ancestors, f.call.what.session,
        how,      f.call.what.key,  f.call.what.priority,  f.call.what.idempotent};
  j.form = f.call.what.form;
  j.request_id = f.call.what.request_id;
  if (f.call.what.stream)
    j.stream = f.call.sink;
  if (f.call.what.trace)
    j.trace = begin_run(f);
  f.request = request_with_timeout(
      self, workers.find(to)->worker, deadline - now, std::move(j),
      running.handlers(i, [this](size_t at) { return make_handlers(at); }));
}

caf::behavior broker_state::make_handlers(size_t i) {
  return make_response_handlers<outcome>(
      self,
      [this, i](caf::message_id request, outcome& result) {
        on_result(i, request, result);
      },
      [this, i](caf::message_id request, caf::error& error) {
        on_error(i, request, error);
      });
}

event broker_state::event_of(std::string kind, const call& c, const fault& why) const {
  auto& mine = pool->config.name;
  return {std::move(kind),
          {{"pool", mine}, {"call", escaped_text{c.kind.str()}}, spread(why)},
          subject_of(why, mine)};
}

/// Returns whether a call that ended so shows how long calls take: one that was refused
/// or taken back does not.
static bool tells_latency(code what) {
  switch (what) {
    case code::worker_error:
    case code::worker_died:
    case code::protocol_error:
    case code::queue_timeout:
    case code::timeout:
      return true;
    default:
      return false;
  }
}

void broker_state::note_activity() const {
  auto set = [](auto& to, auto n) {
    to.store(static_cast<decltype(to.load())>(n), std::memory_order_relaxed);
  };
  auto& told = *pool->observed.activity;
  set(told.calls, counters.calls);
  set(told.errors, counters.errors);
  set(told.waiting, queue.size());
  set(told.running, running.waited_for());
  set(told.workers, workers.size());
}

void broker_state::note_end(pending_call& c, const fault* why) {
  open.remove(c);
  if (c.spans)
    end_spans(c, why);
  if (c.slow != 0)
    end_slow(c, why);
  ++(why ? counters.errors : counters.results);
  pool->records.counts->calls.of(c.what.kind.view())
      .count_end(why ? why->what : code::none);
}

void broker_state::settle(pending_call& c, call_result&& result,
                          std::optional<steady_clock::time_point> ran) {
  note_end(c, result ? nullptr : &result.error());
  if (result) {
    pool->records.counts->totals.sent_bytes += result->payload.size();
  } else {
    note_activity();
    auto& why = result.error();
    if (tells_latency(why.what))
      pool->observed.activity->latency.note(self->clock().now() - c.what.taken);
    if (why.what == code::timeout || why.what == code::worker_died
        || why.what == code::protocol_error) {
      using std::chrono::duration_cast;
      using std::chrono::milliseconds;
      auto failed = event_of("call_failed", c.what, why);
      std::optional<call_times> times;
      if (ran) {
        times = {duration_cast<milliseconds>(*ran - c.what.taken),
                 duration_cast<milliseconds>(self->clock().now() - *ran)};
        failed.members.push_back({"waited_ms", times->waited.count()});
        failed.members.push_back({"run_ms", times->run.count()});
      }
      log_failure(c.what, why, times);
      self->send(pool->events, atom::publish_v, std::move(failed));
    }
  }
  c.settle(std::move(result));
}

void broker_state::settle_run(running_call& f, call_result&& result,
                              steady_clock::time_point now) {
  count_run(f, now);
  settle(f.call, std::move(result), f.started);
}

void broker_state::on_result(size_t i, caf::message_id request, outcome& result) {
  if (auto f = running.find_waited_for(i, request)) {
    if (result.step == step_result::returned) {
      on_returned(i);
      return;
    }
    auto now = self->clock().now();
    admission.note_success(f->call.what, now);
    pool->observed.activity->latency.note(now - f->call.what.taken);
    auto asks = result.step == step_result::paused && !f->call.what.session.empty();
    settle_run(*f, std::move(result), now);
    if (asks)
      hold(i);
    else
      end_running_call(i);
  }
}

std::string broker_state::worker_of(const running_call& f) const {
  auto e = workers.find(f.worker);
  return worker_name(pool->config.name, e ? e->index : -1);
}

void broker_state::on_error(size_t i, caf::message_id request, const caf::error& error) {
  auto f = running.find_waited_for(i, request);
  if (!f)
    return;
  auto why = to_fault(error);
  if (error == caf::sec::request_timeout) {
    worker_facts worker{worker_of(*f)};
    if (auto e = workers.find(f->worker); e && e->pid > 0)
      worker.pid = e->pid;
    settle_run(*f,
               failure(fault{code::timeout,
                             worker.name + " did not finish the call in time",
                             {.worker = worker}}),
               self->clock().now());
    abandon(i);
  } else if (f->start == job_start::resumed && why.what == code::bad_request) {
    // The worker did not hear of it and asks as before.
    settle(f->call, failure(std::move(why)));
    hold(i);
  } else if (why.details.answered) {
    settle_run(*f, failure(std::move(why)), self->clock().now());
    end_running_call(i);
  } else if (why.what == code::unavailable && f->start == job_start::afresh) {
    run_elsewhere(i, why);
  } else if (why.what == code::worker_died && retry(i, why)) {
    end_running_call(i);
  } else {
    settle_run(*f, failure(std::move(why)), self->clock().now());
    end_running_call(i);
  }
}

void broker_state::record_death(const call& c, const fault& why) {
  if (!admission.record_death(c, self->clock().now()))
    return;
  log_call(spdlog::level::err, "call_quarantined", c, why,
           "has ended " + counted(pool->config.quarantine, "worker")
               + " and is not run again");
  ++pool->records.counts->totals.quarantined;
  self->send(pool->events, atom::publish_v, event_of("call_quarantined", c, why));
}

void broker_state::on_returned(size_t i) {
  auto worker = worker_of(running[i]);
  fault why{code::worker_died,
            worker + " asked to be replaced instead of running the call",
            {.worker = worker_facts{worker}}};
  record_death(running[i].call.what, why);
  run_elsewhere(i, why);
}

bool broker_state::retry(size_t i, const fault& why) {
  auto& c = running[i].call;
  record_death(c.what, why);
  // Parts of a streamed result may be out already.
  if (!c.what.idempotent || c.what.stream || c.deaths >= pool->config.retries
      || !validate(c.what, false))
    return false;
  ++c.deaths;
  wait_again(c, why);
  ++pool->records.counts->totals.retries;
  log_call(spdlog::level::warn, "call_retried", c.what, why,
           "is run again: " + why.message);
  auto now = self->clock().now();
  end_slow(c, &why, true);
  c.start_by =
      c.what.timeout ? c.what.taken + *c.what.timeout : now + pool->config.queue_timeout;
  enqueue_again(std::move(running[i].owner));
  return true;
}

void broker_state::run_elsewhere(size_t i, const fault& why) {
  auto& f = running[i];
  if (workers.find(f.worker))
    workers.retire(f.worker); // it is ending; do not offer it the call again
  wait_again(f.call, why);
  if (auto valid = validate(f.call.what, false); !valid) {
    if (!send_away(f.call))
      settle(f.call, failure(std::move(valid).error()));
  } else {
    end_slow(f.call, nullptr, true);
    enqueue_again(std::move(f.owner));
  }
  end_running_call(i);
}

void broker_state::abandon(size_t i, bool may_finish) {
  auto& f = running[i];
  running.abandon(i);
  auto e = workers.find(f.worker);
  if (!e) {
    end_running_call(i);
    return;
  }
  using std::chrono::milliseconds;
  milliseconds left{0};
  if (may_finish && pool->config.abandoned == config::abandonment::finish)
    left =
        std::max(left, std::chrono::ceil<milliseconds>(f.ends_by - self->clock().now()));
  // No timeout: the worker answers, or it dies and CAF answers for it.
  self->request(e->worker, caf::infinite, atom::cancel_v, f.ticket, caf::timespan{left})
      .then([this, i](atom::released) { end_running_call(i); },
            [this, i](caf::error&) { end_running_call(i); });
  check_drained();
  note_load();
}

void broker_state::end_running_call(size_t i) {
  free_slot(running.remove(i));
  dispatch_waiting();
  check_drained();
}

} // namespace troupe::broker
