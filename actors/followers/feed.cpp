#include "actors/followers/feed.hpp"

#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace troupe::followers {

namespace {

spdlog::level::level_enum level_of(log_severity severity) {
  switch (severity) {
    case log_severity::debug:
      return spdlog::level::debug;
    case log_severity::info:
      return spdlog::level::info;
    case log_severity::warn:
      return spdlog::level::warn;
    default:
      return spdlog::level::err;
  }
}

} // namespace

void feed_state::start_follower() {
  auto& own = setup.config;
  follower_context context{
      setup.node, own.name, own.options, own.folder,
      [log = setup.log, name = own.name](log_severity severity, const std::string& text) {
        log->log(level_of(severity), "follower {}: {}", name, text);
      }};
  follower =
      setup.kind->spawn({*self, self->loop(), setup.kind->thread, std::move(context)});
  self->monitor(follower);
  if (batch.events)
    hand_over(*batch.events);
  else
    feed();
}

void feed_state::ask(bool waits) {
  call c;
  c.kind = shared_bytes::literal(event_calls::follow);
  c.payload = shared_bytes{json_object_writer{}
                               .add("since", since)
                               .add_json("kinds", to_json_array(setup.config.events))
                               .add("wait", waits)
                               .object()};
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
  for (auto& e : more.events)
    if (e.seq > since) // at the end, two answers may tell of it
      queue->push(e);
  since = std::max(since, more.next);
}

void feed_state::feed() {
  if (follower && !batch.events) {
    auto next = queue->take(setup.config.batch, limits::event_batch_bytes);
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
    warn("has dropped " + std::to_string(batch.events->events.size())
         + " events: " + why);
  queue->confirm(taken);
  batch.events.reset();
  batch.deaths = 0;
  feed();
}

void feed_state::ended(const caf::error& why) {
  follower = nullptr;
  ++batch.number;
  ++ends;
  warn("has ended: " + to_fault(why).message);
  if (batch.events && ++batch.deaths == limits::follower_deaths) {
    warn("has ended " + std::to_string(batch.deaths) + " times with the same events");
    answered(batch.number, false);
  }
  self->delayed_send(self, limits::follower_restart, internal::check_start_v);
}

void feed_state::warn(const std::string& what) {
  auto now = self->clock().now();
  if (lines.last && now - *lines.last < limits::follower_report) {
    ++lines.unsaid;
    return;
  }
  lines.last = now;
  auto unsaid = std::exchange(lines.unsaid, 0);
  setup.log->warn("follower {}: {}{}", setup.config.name, what,
                  unsaid > 0 ? " (and " + std::to_string(unsaid) + " lines before)" : "");
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
    setup.log->warn("follower {}: the node ends before {} events were delivered",
                    setup.config.name, waiting);
  end.promise.deliver(atom::drain_v);
}

follower_status feed_state::status() const {
  return {.name = setup.config.name,
          .behaviour = setup.config.behaviour,
          .runs = follower != nullptr,
          .taken = queue->taken(),
          .waiting = queue->waiting(),
          .dropped = queue->dropped(),
          .ends = ends};
}

feed_actor::behavior_type feed_behavior(feed_self* self, feed_setup setup) {
  auto& st = self->state;
  st.self = self;
  st.setup = std::move(setup);
  st.queue.emplace(st.setup.config.queue_limit, st.setup.config.queue_bytes);
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
      [self](atom::status) { return self->state.status(); },
      [self](internal::work_due) {
        if (!self->state.end.has_begun)
          self->state.ask(true);
      },
      [self](internal::check_start) { self->state.start_follower(); },
      [self](internal::check_drained) { self->state.check_drained(true); },
  };
}

} // namespace troupe::followers
