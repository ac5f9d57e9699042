#include "actors/followers/webhook.hpp"

#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/printable.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace troupe::followers {

namespace {

std::string describe(const outbound::http_answer& a) {
  return "HTTP " + std::to_string(a.status) + (a.excerpt.empty() ? "" : ": " + a.excerpt);
}

/// Whether the same request may be taken later: the server has failed, or is busy.
bool may_go_well_later(unsigned status) {
  return status >= 500 || status == 429;
}

} // namespace

caf::result<delivery> webhook_state::deliver(const event_batch& events) {
  json_array_writer all;
  for (auto& e : events.events)
    all.add_json(e.text.view());
  batch.body = json_object_writer{}
                   .add("node", context.node)
                   .add("follower", context.name)
                   .add_json("events", all.array())
                   .object();
  batch.attempts = 0;
  batch.promise = self->make_response_promise<delivery>();
  if (rests_until > self->clock().now())
    wait_until(rests_until);
  else
    attempt();
  return batch.promise;
}

void webhook_state::attempt() {
  if (++batch.attempts == 1)
    batch.since = self->clock().now();
  is_posting = true;
  // The answer comes on the loop, beside the actor: as a message it waits for its turn.
  sender->post(batch.body,
               [me = caf::actor_cast<caf::actor_addr>(self), number = ++batch.requests](
                   result<outbound::http_answer, std::string> what) {
                 if (auto webhook = caf::actor_cast<webhook_actor>(me))
                   caf::anon_send(webhook, posted{number, std::move(what)});
               });
  wait_until(self->clock().now() + times.timeout);
}

void webhook_state::wait_until(steady_clock::time_point when) {
  due = when;
  if (next_check && *next_check <= when)
    return;
  next_check = when;
  self->delayed_send(self, when - self->clock().now(), internal::work_due_v);
}

void webhook_state::check_due() {
  auto now = self->clock().now();
  if (next_check && *next_check > now)
    return; // an earlier one was set, and has been here
  next_check.reset();
  if (!due)
    return;
  if (*due > now)
    return wait_until(*due);
  due.reset();
  on_due();
}

void webhook_state::on_due() {
  if (!is_posting)
    return attempt();
  sender->abandon();
  retry("no answer within " + std::to_string(times.timeout.count()) + " ms");
}

void webhook_state::ended(const result<outbound::http_answer, std::string>& what) {
  if (!what)
    return retry(what.error());
  if (what->status >= 200 && what->status < 300) {
    settle();
    delays->reset();
    batch.promise.deliver(delivery::taken);
    return;
  }
  auto at_least = std::min<std::chrono::milliseconds>(
      what->retry_after.value_or(std::chrono::seconds{0}), limits::webhook_wait_most);
  if (!may_go_well_later(what->status))
    return drop(describe(*what), std::max(delays->next(), at_least));
  retry(describe(*what), at_least);
}

void webhook_state::retry(const std::string& why, std::chrono::milliseconds at_least) {
  is_posting = false;
  auto wait = std::max(delays->next(), at_least);
  auto lasts = self->clock().now() - batch.since;
  if (times.patience.count() > 0 && lasts + wait > times.patience)
    return drop("given up after " + counted(batch.attempts, "attempt") + ": " + why,
                wait);
  context.report({why, wait});
  wait_until(self->clock().now() + wait);
}

void webhook_state::settle() {
  is_posting = false;
  due.reset();
  batch.body = {};
}

void webhook_state::drop(std::string why, std::chrono::milliseconds wait) {
  settle();
  rests_until = self->clock().now() + wait;
  batch.promise.deliver(to_error(fault{code::unavailable, std::move(why)}));
}

webhook_actor::behavior_type
webhook_behavior(webhook_self* self, follower_context context, webhook_setup setup) {
  auto& st = self->state;
  st.self = self;
  st.context = std::move(context);
  st.times = setup.times;
  st.sender = setup.make_sender();
  st.delays.emplace(setup.times.delay, setup.times.longest_delay, setup.seed);
  return {
      [self](atom::follow, const event_batch& batch) {
        return self->state.deliver(batch);
      },
      [self](const posted& p) {
        if (self->state.is_posting && p.attempt == self->state.batch.requests)
          self->state.ended(p.what);
      },
      [self](internal::work_due) { self->state.check_due(); },
  };
}

follower_kind webhook() {
  return {
      .name = "webhook",
      .description = "posts events to a server of HTTP",
      .thread = behaviour_thread::loop,
      .check =
          [](const boost::json::object& options) {
            webhook_options read;
            return read_webhook_options(options, read);
          },
      .equip = [](const boost::json::object& options, const std::filesystem::path& folder)
          -> result<equipped_follower, option_mistake> {
        webhook_options read;
        read_webhook_options(options, read);
        auto destination = read_webhook_destination(read, folder);
        if (!destination)
          return failure(std::move(destination).error());
        auto spawn = [times = read.times, to = destination->to](follower_start start) {
          auto make = [to, home = start.home()] {
            return std::make_unique<outbound::http_client>(*home, to);
          };
          return start.spawn(webhook_behavior,
                             webhook_setup{times, make, std::random_device{}()});
        };
        return equipped_follower{spawn, std::move(destination->read)};
      }};
}

} // namespace troupe::followers
