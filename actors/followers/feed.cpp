#include "actors/followers/feed.hpp"

#include "actors/interfaces/log_level.hpp"
#include "actors/interfaces/log_record.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/printable.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace troupe::followers {

namespace {

/// Returns how many events the batch has, without gaps, as a person says it.
std::string count_events(const event_batch& batch) {
  auto n = std::count_if(batch.events.begin(), batch.events.end(),
                         [](const batch_event& e) { return !e.gap; });
  return counted(static_cast<uint64_t>(n), "event");
}

/// Returns `1 event was delivered`, `2 events were delivered`.
std::string events_delivered(uint64_t n) {
  return counted(n, "event") + (n == 1 ? " was" : " were") + " delivered";
}

} // namespace

void feed_state::start_follower() {
  auto& own = config();
  follower_context context{
      setup.node, own.name, own.options, own.folder,
      [log = setup.log, name = own.name](log_severity severity, const std::string& text) {
        write_log(*log, to_spdlog(severity), {.event = "follower_line"},
                  "follower {}: {}", name, text);
      },
      // Not a handle that keeps it: the follower is kept by this actor.
      [me = caf::actor_cast<caf::actor_addr>(self)](delivery_trouble t) {
        if (auto feed = caf::actor_cast<feed_actor>(me))
          caf::anon_send(feed, std::move(t));
      }};
  auto& by = setup.follower;
  follower = by.equipment.spawn({*self, self->loop(), by.thread, std::move(context)});
  self->monitor(follower);
  if (batch.events)
    hand_over(*batch.events);
  else
    feed();
}

void feed_state::ask(bool waits) {
  json_object_writer question;
  if (since)
    question.add("since", *since);
  question.add_json("kinds", to_json_array(config().events)).add("wait", waits);
  call c;
  c.kind = shared_bytes::literal(event_calls::follow);
  c.payload = shared_bytes{question.object()};
  c.taken = self->clock().now();
  self->request(setup.events, caf::infinite, std::move(c))
      .then(
          [this, waits](outcome& result) {
            if (result.events)
              take(*result.events);
            if (!waits && result.events && result.events->events.empty())
              end.has_all = true;
            else if (end.has_begun)
              ask(false);
            else
              self->delayed_send(self, limits::follower_rest, internal::work_due_v);
            feed();
          },
          [this](caf::error& e) {
            warn("asks in vain for events: " + to_fault(e).message);
            self->delayed_send(self, limits::follower_restart, internal::work_due_v);
          });
}

void feed_state::take(const event_batch& more) {
  if (!position && !more.events.empty())
    position = sequence_id{more.events.front().seq - 1};
  for (auto& e : more.events)
    if (!since || e.seq > *since) // at the end, two answers may tell of it
      queue->push(e);
  since = std::max(since.value_or(sequence_id{}), more.next);
}

void feed_state::feed() {
  if (follower && !batch.events) {
    auto next = queue->take(config().batch, limits::event_batch_bytes);
    if (!next.events.empty())
      hand_over(std::move(next));
  }
  check_drained(false);
}

void feed_state::hand_over(event_batch next) {
  batch.events = next;
  auto number = ++batch.number;
  self->request(follower, caf::infinite, atom::follow_v, std::move(next))
      .then([this, number](delivery d) { answered(number, d == delivery::taken); },
            [this, number](caf::error& e) {
              // An error of CAF's own says that the follower has ended, or that it is of
              // no use any more: then the end follows.
              if (e.category() == to_error(fault{code::internal}).category())
                answered(number, false, to_fault(e).message);
              else if (follower && number == batch.number)
                self->send_exit(follower, caf::exit_reason::kill);
            });
}

void feed_state::answered(uint64_t number, bool taken, const std::string& why) {
  if (number != batch.number || !batch.events)
    return;
  if (!why.empty())
    warn("has dropped " + count_events(*batch.events) + ": " + why);
  else if (taken && batch.failures > 0)
    write_log(*setup.log, spdlog::level::info, {.event = "follower_delivers_again"},
              "follower {}: delivers again, after {}", config().name,
              counted(batch.failures, "failed attempt"));
  // Whoever follows on begins after what was delivered: a gap that was not told is not
  // lost with this feed.
  if (taken)
    position = batch.events->next;
  queue->confirm(taken);
  batch.events.reset();
  batch.deaths = 0;
  batch.failures = 0;
  batch.why.clear();
  batch.follows_failure = !why.empty();
  feed();
}

void feed_state::failed(const delivery_trouble& t) {
  if (!batch.events)
    return;
  ++totals.retried;
  ++batch.failures;
  // An outage is worth a line, not one for each attempt.
  if (std::exchange(batch.why, t.why) != t.why)
    warn("cannot deliver, and tries again in " + std::to_string(t.wait.count())
         + " ms: " + t.why);
  last_error = {t.why, std::chrono::system_clock::now()};
}

void feed_state::ended(const caf::error& why) {
  follower = nullptr;
  ++batch.number;
  ++totals.ends;
  warn("has ended: " + to_fault(why).message);
  if (batch.events && ++batch.deaths == limits::follower_deaths) {
    warn("has ended " + std::to_string(batch.deaths) + " times with the same events");
    answered(batch.number, false);
  }
  self->delayed_send(self, limits::follower_restart, internal::check_start_v);
}

void feed_state::warn(const std::string& what) {
  last_error = {what, std::chrono::system_clock::now()};
  auto now = self->clock().now();
  if (lines.last && now - *lines.last < limits::follower_report) {
    ++lines.unsaid;
    return;
  }
  lines.last = now;
  auto unsaid = std::exchange(lines.unsaid, 0);
  write_log(*setup.log, spdlog::level::warn, {.event = "follower_trouble"},
            "follower {}: {}{}", config().name, what,
            unsaid > 0 ? " (and " + counted(unsaid, "line") + " before)" : "");
}

caf::result<atom::drain> feed_state::drain() {
  end.promise = self->make_response_promise<atom::drain>();
  if (!std::exchange(end.has_begun, true)) {
    // What waits for an event in EVENTS may wait for ever.
    ask(false);
    self->delayed_send(self, limits::follower_farewell, internal::check_drained_v);
  }
  return end.promise;
}

void feed_state::check_drained(bool now) {
  auto waiting = queue->waiting();
  if (!end.has_begun || !end.promise.pending()
      || (!now && (!end.has_all || waiting > 0 || batch.events)))
    return;
  if (waiting > 0)
    write_log(*setup.log, spdlog::level::warn, {.event = "follower_events_left"},
              "follower {}: the node ends before {}", config().name,
              events_delivered(waiting));
  end.promise.deliver(atom::drain_v);
}

follower_status feed_state::stop() {
  auto last = status();
  if (last.waiting > 0)
    write_log(*setup.log, spdlog::level::warn, {.event = "follower_events_left"},
              "follower {}: stopped before {}", config().name,
              events_delivered(last.waiting));
  if (follower)
    self->send_exit(follower, caf::exit_reason::user_shutdown);
  self->quit(caf::exit_reason::user_shutdown);
  return last;
}

follower_state feed_state::activity() const {
  if (!follower)
    return follower_state::restarting;
  if (!batch.events)
    return follower_state::idle;
  return batch.failures > 0 || batch.follows_failure ? follower_state::retrying
                                                     : follower_state::delivering;
}

follower_status feed_state::status() const {
  auto all = totals;
  all.taken += queue->taken();
  all.dropped += queue->dropped();
  return {.name = config().name,
          .behaviour = config().behaviour,
          .state = activity(),
          .totals = all,
          .waiting = queue->waiting(),
          .position = position,
          .last_error = last_error};
}

feed_actor::behavior_type feed_behavior(feed_self* self, feed_setup setup) {
  auto& st = self->state;
  st.self = self;
  st.setup = std::move(setup);
  st.queue.emplace(st.config().queue_limit, st.config().queue_bytes);
  st.since = st.setup.since;
  st.position = st.since;
  st.totals = st.setup.before;
  self->set_down_handler([self](const caf::down_msg& m) {
    if (self->state.follower && m.source == self->state.follower.address())
      self->state.ended(m.reason);
  });
  self->set_exit_handler([self](const caf::exit_msg& m) {
    if (self->state.follower)
      self->send_exit(self->state.follower, m.reason);
    self->quit(m.reason);
  });
  st.start_follower();
  st.ask(true);
  return {
      [self](atom::drain) { return self->state.drain(); },
      [self](atom::stop) { return self->state.stop(); },
      [self](atom::status) { return self->state.status(); },
      [self](const delivery_trouble& t) { self->state.failed(t); },
      [self](internal::work_due) {
        if (!self->state.end.has_begun)
          self->state.ask(true);
      },
      [self](internal::check_start) { self->state.start_follower(); },
      [self](internal::check_drained) { self->state.check_drained(true); },
  };
}

} // namespace troupe::followers
