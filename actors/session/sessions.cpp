#include "actors/session/sessions.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace troupe::session {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::system_clock;

sessions_state::sessions_state(caf::local_actor*) {}

session_entry* sessions_state::find(const std::string& id, uint64_t step) {
  auto i = all.find(id);
  return i == all.end() || i->second.step != step || i->second.ended() ? nullptr
                                                                       : &i->second;
}

std::optional<fault> sessions_state::make_room() {
  if (all.size() < limits::sessions)
    return std::nullopt;
  auto oldest = all.end();
  for (auto i = all.begin(); i != all.end(); ++i)
    if (i->second.ended()
        && (oldest == all.end() || i->second.used < oldest->second.used))
      oldest = i;
  if (oldest == all.end())
    return fault{code::busy,
                 "the node has as many sessions as it keeps, and none has ended"};
  return remove(std::string{oldest->first});
}

std::optional<fault> sessions_state::remove(const std::string& id) {
  if (auto why = context.registry->remove(id)) {
    context.log->error("session {}: {}", id, why->message);
    return why;
  }
  unsaved.erase(id);
  all.erase(id);
  context.acceptors->close(id);
  return std::nullopt;
}

// -- steps -----------------------------------------------------------------------

void sessions_state::send_step(session_entry& s, call next) {
  next.session = shared_bytes{s.id};
  next.idempotent = false; // what a conversation came to cannot be run again
  next.stream = false;
  next.ancestors = nullptr;
  auto id = s.id;
  auto on_good = [this, id, step = s.step](outcome& result) {
    on_result(id, step, result);
  };
  auto on_bad = [this, id, step = s.step](caf::error& e) { on_error(id, step, e); };
  if (s.step == 0)
    self->request(s.broker, caf::infinite, std::move(next)).then(on_good, on_bad);
  else
    self->request(s.broker, caf::infinite, atom::resume_v, std::move(next))
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
  if (auto wrong = std::get_if<std::string>(&read)) {
    let_go(s);
    return fail(
        s, session_event::broke,
        {code::protocol_error, s.worker + " paused, but not as it should: " + *wrong});
  }
  auto after = s;
  after.pause = std::move(std::get<wires::session_pause>(read));
  after.queries += after.pause.remaining();
  after.detached_as = asked.detached_as;
  after.move(session_event::asked);
  after.show_queries();
  take_step(s, std::move(after), "paused", asked.payload.view());
}

void sessions_state::conclude(session_entry& s, const outcome& result) {
  auto how = result.payload.str();
  auto failed = false;
  if (result.step == step_result::concluded) {
    auto state = json_text::find(how, "state").value_or("null");
    failed = json_text::is_object(state) && json_text::find(state, "Failed");
  } else {
    auto took = duration_cast<milliseconds>(system_clock::now() - s.begun).count();
    auto completed = json_object_writer{}.add_json("result", how).object();
    auto metrics = json_object_writer{}
                       .add("elapsed_ms", std::max<int64_t>(took, 0))
                       .add("queries", s.queries)
                       .object();
    json_object_writer finished;
    finished
        .add_json("state", json_object_writer{}.add_json("Completed", completed).object())
        .add_json("metrics", metrics);
    how = finished.object();
  }
  auto after = s;
  after.move(failed ? session_event::broke : session_event::concluded);
  after.feed_result = json_object_writer{}.add_json("Finished", how).object();
  auto event = to_string(after.state);
  take_step(s, std::move(after), event, result.payload.view());
}

void sessions_state::take_step(session_entry& s, session_entry after,
                               std::string_view event, std::string_view payload) {
  auto why = save(after, event, payload);
  if (!why)
    return become(s, std::move(after), event);
  if (auto waiter = std::exchange(s.waiter, std::nullopt)) {
    why->message += "; the step has ended, and the session is \"running\" until that is"
                    " on record";
    why->details = {.session = s.facts()};
    waiter->settle(std::move(*why));
  }
  after.waiter.reset();
  put_off({unsaved_change::kind::step, std::move(after), std::string{event},
           std::string{payload}});
}

void sessions_state::become(session_entry& s, session_entry after,
                            std::string_view event) {
  after.waiter = std::exchange(s.waiter, std::nullopt);
  s = std::move(after);
  publish(s, event);
  if (s.ended())
    context.acceptors->close(s.id);
  else
    watch(s);
  answer(s);
}

void sessions_state::watch(session_entry& s) {
  if (context.config.idle.count() > 0)
    set_timer(context.config.idle);
  auto on_lost = [this, id = s.id, step = s.step](caf::error& e) {
    auto lost = find(id, step);
    if (!ending && lost && lost->state == session_state::paused)
      fail(*lost, session_event::died, to_fault(e));
  };
  self->request(s.broker, caf::infinite, atom::record_v, s.id)
      .then([](atom::record) {}, on_lost);
}

void sessions_state::take_back(session_entry& s, fault why) {
  auto waiter = std::exchange(s.waiter, std::nullopt);
  auto after = s;
  after.pause.reopen();
  after.move(session_event::asked);
  after.show_queries();
  take_step(s, std::move(after), "refused", to_json(why));
  if (waiter)
    waiter->settle(std::move(why));
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
             || why.what == code::protocol_error;
  if (begun || ran)
    return fail(*s, died ? session_event::died : session_event::broke, std::move(why));
  // No worker has heard of it: as if nobody had asked.
  if (s->waiter)
    s->waiter->settle(std::move(why));
  if (!remove(id))
    return;
  put_off({unsaved_change::kind::removal, std::move(*s), {}, {}});
  all.erase(id);
  context.acceptors->close(id);
}

void sessions_state::let_go(const session_entry& s) {
  if (s.broker)
    self->send(s.broker, atom::forget_v, s.id);
}

void sessions_state::fail(session_entry& s, session_event e, fault why) {
  if (!s.move(e))
    return;
  if (s.state == session_state::lost && why.what != code::worker_died)
    why = {code::worker_died, why.message, why.details};
  s.cause = std::move(why);
  if (s.state == session_state::lost)
    s.detached_as = nullptr;
  s.feed_result = "null";
  auto asked_for = s.cause.what == code::cancelled;
  context.log->log(asked_for ? spdlog::level::info : spdlog::level::warn,
                   "session {} in {}: {}: {}", s.id, s.pool, to_string(s.state),
                   s.cause.message);
  auto event = to_string(s.state);
  auto payload = to_json(s.cause);
  if (save(s, event, payload)) {
    auto after = s;
    after.waiter.reset();
    put_off({unsaved_change::kind::end, std::move(after), std::string{event}, payload});
  }
  publish(s, event);
  context.acceptors->close(s.id);
  answer(s);
}

void sessions_state::answer(session_entry& s) {
  auto waiter = std::exchange(s.waiter, std::nullopt);
  if (!waiter)
    return;
  if (s.cause.what != code::none)
    waiter->settle(s.told());
  else
    waiter->settle(outcome{shared_bytes{s.answer()}, shared_bytes{s.worker}});
}

// -- timers ----------------------------------------------------------------------

void sessions_state::set_timer(steady_clock::duration after) {
  auto due = self->clock().now() + after;
  if (timer_due && *timer_due <= due)
    return;
  timer_due = due;
  self->delayed_send(self, after, atom::check_v);
}

void sessions_state::check() {
  auto now = self->clock().now();
  if (!timer_due || now < *timer_due)
    return; // a timer that an earlier one stood in for
  timer_due.reset();
  save_unsaved();
  if (auto next = end_idle(); next != steady_clock::time_point::max())
    set_timer(next - now);
}

steady_clock::time_point sessions_state::end_idle() {
  auto now = self->clock().now();
  auto next = steady_clock::time_point::max();
  if (context.config.idle.count() == 0)
    return next;
  for (auto& [id, s] : all) {
    if (s.state != session_state::paused)
      continue;
    auto due = s.touched + context.config.idle;
    if (due > now) {
      next = std::min(next, due);
      continue;
    }
    let_go(s);
    fail(s, session_event::broke,
         {code::timeout, "nobody used the session for "
                             + std::to_string(context.config.idle.count()) + " ms"});
  }
  return next;
}

void sessions_state::restore(std::vector<session_entry> left) {
  auto now = system_clock::now();
  auto table = context.directory->get();
  for (auto& s : left) {
    auto unused = std::max<system_clock::duration>(now - s.used, {});
    s.touched = self->clock().now() - duration_cast<steady_clock::duration>(unused);
    if (!s.ended())
      context.acceptors->open(s.id);
    auto& mine = all.emplace(s.id, std::move(s)).first->second;
    auto pool = table->find(mine.pool);
    if (mine.state == session_state::paused && mine.detached_as && pool != table->end()) {
      mine.broker = caf::actor_cast<broker_actor>(pool->second);
      watch(mine);
    } else if (!mine.ended()) {
      fail(mine, session_event::died,
           {code::worker_died, "the node ended, and the worker of the session with it"});
    }
  }
}

} // namespace troupe::session
