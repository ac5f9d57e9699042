// The steps of a session: how one is sent to its worker, and what comes of it.

#include "actors/session/sessions.hpp"

#include "actors/interfaces/log_record.hpp"
#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/wires/session_end.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace troupe::session {

using std::chrono::system_clock;

void sessions_state::send_step(session_entry& s, call next) {
  next.session = shared_bytes{s.id};
  next.idempotent = false; // what a conversation came to cannot be run again
  next.stream = false;
  next.ancestors = nullptr;
  auto id = s.id;
  auto on_good = [this, id, step = s.step.number](outcome& result) {
    on_result(id, step, result);
  };
  auto on_bad = [this, id, step = s.step.number](caf::error& e) {
    on_error(id, step, e);
  };
  if (s.step.number == 0)
    self->request(s.step.broker, caf::infinite, std::move(next)).then(on_good, on_bad);
  else
    self->request(s.step.broker, caf::infinite, atom::resume_session_v, std::move(next))
        .then(on_good, on_bad);
}

void sessions_state::on_result(const std::string& id, uint64_t step, outcome& result) {
  auto s = find(id, step);
  if (!s)
    return; // it was ended meanwhile, and its broker knows
  s->worker = result.worker.str();
  if (result.step == step_result::paused)
    pause(*s, result);
  else
    conclude(*s, result);
}

void sessions_state::pause(session_entry& s, const outcome& asked) {
  auto read = wires::session_pause::parse(asked.payload.view());
  if (!read) {
    let_go(s);
    return fail(s, session_event::broke,
                {code::protocol_error,
                 s.worker + " paused, but not as it should: " + read.error()});
  }
  auto after = s;
  after.pause = *std::move(read);
  after.queries += after.pause.remaining();
  after.detached_as = asked.detached_as;
  after.move(session_event::asked);
  after.show_queries();
  take_step(s, std::move(after), "paused", asked.payload.view());
}

void sessions_state::conclude(session_entry& s, const outcome& result) {
  using wires::session_end;
  auto said = result.payload.view();
  auto end =
      result.step == step_result::concluded
          ? session_end::read(said)
          : session_end::completed(said, s.times.age(system_clock::now()), s.queries);
  auto after = s;
  after.move(end.failed ? session_event::broke : session_event::concluded);
  after.feed_result = json_object_writer{}.add_json("Finished", end.text).object();
  auto event = to_string(after.state);
  take_step(s, std::move(after), event, said);
}

void sessions_state::take_step(session_entry& s, session_entry after,
                               std::string_view event, std::string_view payload) {
  auto saved = save(after, event, payload);
  if (saved)
    return become(s, std::move(after), event);
  auto& why = saved.error();
  why.message += "; the step has ended, and the session is \"running\" until that is"
                 " on record";
  why.details = {.session = s.facts()};
  s.step.settle(failure(std::move(why)));
  after.step.waiter.reset();
  put_off({unsaved_change::kind::step, std::move(after), std::string{event},
           std::string{payload}});
}

void sessions_state::become(session_entry& s, session_entry after,
                            std::string_view event) {
  after.step.waiter = std::exchange(s.step.waiter, std::nullopt);
  s = std::move(after);
  publish(s, event);
  if (s.ended()) {
    counts.end(s.state);
    context.acceptors->close(s.id);
  } else {
    watch(s);
  }
  answer(s);
}

void sessions_state::watch(session_entry& s) {
  if (context.config.idle.count() > 0)
    set_timer(context.config.idle);
  auto on_lost = [this, id = s.id, step = s.step.number](caf::error& e) {
    auto lost = find(id, step);
    if (!ending && lost && lost->state == session_state::paused)
      fail(*lost, session_event::died, to_fault(e));
  };
  self->request(s.step.broker, caf::infinite, atom::watch_session_v, s.id)
      .then([](atom::watch_session) {}, on_lost);
}

void sessions_state::take_back(session_entry& s, fault why) {
  auto waiter = std::exchange(s.step.waiter, std::nullopt);
  auto after = s;
  after.pause.reopen();
  after.move(session_event::asked);
  after.show_queries();
  take_step(s, std::move(after), "refused", to_json(why));
  if (waiter)
    waiter->settle(failure(std::move(why)));
}

void sessions_state::on_error(const std::string& id, uint64_t step,
                              const caf::error& error) {
  auto s = find(id, step);
  if (!s)
    return;
  auto why = to_fault(error);
  auto begun = step > 0;
  if (begun && (why.what == code::bad_request || why.what == code::shutting_down))
    return take_back(*s, std::move(why));
  auto died = why.what == code::worker_died || why.what == code::node_down;
  auto ran = died || why.what == code::worker_error || why.what == code::timeout
             || why.what == code::protocol_error
             // Taken back by an operator: one that ran names its worker.
             || (why.what == code::cancelled && why.details.worker);
  if (begun || ran)
    return fail(*s, died ? session_event::died : session_event::broke, std::move(why));
  // No worker has heard of it: as if nobody had asked.
  s->step.settle(failure(std::move(why)));
  if (remove(id))
    return;
  put_off({unsaved_change::kind::removal, std::move(*s), {}, {}});
  all.erase(id);
  context.acceptors->close(id);
}

void sessions_state::let_go(const session_entry& s) {
  if (s.step.broker)
    self->send(s.step.broker, atom::end_session_v, s.id);
}

void sessions_state::fail(session_entry& s, session_event e, fault why) {
  if (!s.move(e))
    return;
  counts.end(s.state);
  if (s.state == session_state::lost && why.what != code::worker_died)
    why = {code::worker_died, why.message, why.details};
  s.cause = std::move(why);
  if (s.state == session_state::lost)
    s.detached_as = nullptr;
  s.feed_result = "null";
  auto asked_for = s.cause.what == code::cancelled;
  auto event = to_string(s.state);
  write_log(*context.log, asked_for ? spdlog::level::info : spdlog::level::warn,
            {.event = "session_" + std::string{event},
             .pool = s.pool,
             .worker = s.worker,
             .code = to_string(s.cause.what)},
            "session {} in {}: {}: {}", s.id, s.pool, event, s.cause.message);
  auto payload = to_json(s.cause);
  if (!save(s, event, payload)) {
    auto after = s;
    after.step.waiter.reset();
    put_off({unsaved_change::kind::end, std::move(after), std::string{event}, payload});
  }
  publish(s, event);
  context.acceptors->close(s.id);
  answer(s);
}

void sessions_state::answer(session_entry& s) {
  if (!s.step.waiter)
    return;
  if (s.cause.what != code::none)
    s.step.settle(failure(s.told()));
  else
    s.step.settle(outcome{shared_bytes{s.answer()}, shared_bytes{s.worker}});
}

} // namespace troupe::session
