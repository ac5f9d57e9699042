#include "actors/followers/followers.hpp"

#include "actors/interfaces/fan_in.hpp"
#include "actors/interfaces/log_record.hpp"
#include "actors/interfaces/request_with_timeout.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace troupe::followers {

namespace {

/// How long a FEED may take to answer. Only one whose loop is held up does.
constexpr auto feed_patience = std::chrono::seconds{2};

follower_status silent(const config::follower& f) {
  follower_status s;
  s.name = f.name;
  s.behaviour = f.behaviour;
  s.state = follower_state::silent;
  return s;
}

} // namespace

void followers_state::start(entry& e, std::optional<sequence_id> since,
                            follower_totals before) {
  feed_setup own{e.follower, setup.node, setup.events, setup.log, since, before};
  if (setup.loops.empty())
    e.feed = self->spawn(feed_behavior, std::move(own));
  else
    e.feed = loop::spawn_on(*setup.loops[next_loop++ % setup.loops.size()], feed_behavior,
                            std::move(own));
  e.has_ended = false;
  self->monitor(e.feed);
}

follower_changes followers_state::reload(follower_list& wanted) {
  follower_changes done;
  for (auto i = entries.begin(); i != entries.end();) {
    auto is_it = [&](auto& f) { return f.config.name == i->first; };
    if (std::any_of(wanted.all.begin(), wanted.all.end(), is_it)) {
      ++i;
      continue;
    }
    done.removed.push_back(i->first);
    remove(i->second);
    i = entries.erase(i);
  }
  for (auto& f : wanted.all) {
    auto [i, is_new] = entries.try_emplace(f.config.name);
    auto& e = i->second;
    if (!is_new && !e.has_ended && e.follower.is_like(f))
      continue;
    (is_new ? done.added : done.changed).push_back(i->first);
    e.follower = std::move(f);
    if (is_new || e.has_ended)
      start(e, std::nullopt);
    else
      replace(e);
  }
  return done;
}

void followers_state::replace(entry& e) {
  auto old = std::exchange(e.feed, {});
  if (!old)
    return; // the one before ends already
  auto go_on = [this, which = e.follower.config.name](std::optional<sequence_id> since,
                                                      follower_totals before) {
    // It may have been removed meanwhile, and be another one of that name.
    if (auto i = entries.find(which); i != entries.end() && !i->second.feed)
      start(i->second, since, before);
  };
  self->request(old, caf::infinite, atom::stop_v)
      .then([go_on](follower_status& s) { go_on(s.position, s.totals); },
            [go_on](caf::error&) { go_on(std::nullopt, {}); });
}

void followers_state::remove(const entry& e) {
  if (e.feed)
    self->request(e.feed, caf::infinite, atom::stop_v)
        .then([](follower_status&) {}, [](caf::error&) {});
}

caf::result<follower_report> followers_state::status() {
  auto promise = self->make_response_promise<follower_report>();
  ask_feeds(
      [promise](follower_report report) mutable { promise.deliver(std::move(report)); });
  return promise;
}

void followers_state::ask_feeds(std::function<void(follower_report)> then) {
  // By name, whatever order the answers come in.
  using rows = std::map<std::string, follower_status>;
  auto all = std::make_shared<fan_in<rows>>([then = std::move(then)](rows& gathered) {
    follower_report report;
    for (auto& [which, row] : gathered)
      report.all.push_back(std::move(row));
    then(std::move(report));
  });
  for (auto& [which, e] : entries) {
    all->gathered().emplace(which, silent(e.follower.config));
    if (!e.feed)
      continue;
    auto done = all->expect([](rows& gathered, follower_status* s) {
      if (s)
        gathered[s->name] = std::move(*s);
    });
    request_with_timeout<follower_status>(
        self, e.feed, feed_patience, atom::status_v,
        [done](follower_status& s) mutable { done(&s); },
        [done](caf::error&) mutable { done(nullptr); });
  }
  all->close();
}

caf::result<atom::drain> followers_state::drain() {
  auto promise = self->make_response_promise<atom::drain>();
  auto all = std::make_shared<fan_in<std::monostate>>(
      [promise](std::monostate) mutable { promise.deliver(atom::drain_v); });
  for (auto& [which, e] : entries)
    if (e.feed)
      all->expect<atom::drain>(
          self->request(e.feed, caf::infinite, atom::drain_v), // it sees to the time
          [](std::monostate, atom::drain) {});
  all->close();
  return promise;
}

void followers_state::on_down(const caf::down_msg& m) {
  for (auto& [which, e] : entries) {
    if (!e.feed || e.feed.address() != m.source)
      continue;
    write_log(*setup.log, spdlog::level::critical, {.event = "follower_failed"},
              "follower {}: its feed has ended, a reload starts it again: {}", which,
              to_fault(m.reason).message);
    e.feed = nullptr;
    e.has_ended = true;
  }
}

followers_actor::behavior_type followers_behavior(followers_self* self,
                                                  followers_setup setup) {
  auto& st = self->state;
  st.self = self;
  st.setup = std::move(setup);
  self->set_down_handler([self](const caf::down_msg& m) { self->state.on_down(m); });
  self->set_exit_handler([self](const caf::exit_msg& m) {
    for (auto& [name, e] : self->state.entries)
      if (e.feed)
        self->send_exit(e.feed, m.reason);
    self->quit(m.reason);
  });
  for (auto& f : std::exchange(st.setup.first.all, {})) {
    auto& e = st.entries[f.config.name];
    e.follower = std::move(f);
    st.start(e, sequence_id{});
  }
  return {
      [self](atom::status) { return self->state.status(); },
      [self](atom::reload, follower_list& wanted) { return self->state.reload(wanted); },
      [self](atom::drain) { return self->state.drain(); },
      [self](atom::measure) { return self->state.measure(); },
  };
}

} // namespace troupe::followers
