#include "actors/interfaces/log_record.hpp"
#include "actors/node/built_in_workers.hpp"
#include "actors/worker/sampler.hpp"
#include "protocol/base/json_writer.hpp"
#include "tests/actors/fixture.hpp"

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/ostream_sink.h>

namespace troupe::testing {

using namespace os;

deterministic_config::deterministic_config() {
  add_message_types<caf::id_block::troupe>();
  set("scheduler.policy", caf::atom("testing"));
}

namespace {

/// Keeps the fields of lines.
class field_sink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
  explicit field_sink(std::shared_ptr<std::vector<std::string>> all)
    : all_(std::move(all)) {}

protected:
  void sink_it_(const spdlog::details::log_msg& m) override {
    json_object_writer out;
    if (auto about = fields_of(m))
      write_fields(out, *about);
    all_->push_back(out.object());
  }
  void flush_() override {}

private:
  std::shared_ptr<std::vector<std::string>> all_;
};

} // namespace

std::string to_text(const event_members& members) {
  json_object_writer out;
  write(out, members);
  return out.members();
}

fault recording_sink::error(uint64_t tag) const {
  auto i = all.find(tag);
  if (i == all.end() || i->second.front())
    return {};
  return i->second.front().error();
}

std::string recording_sink::result(uint64_t tag) const {
  auto i = all.find(tag);
  if (i == all.end() || !i->second.front())
    return {};
  return i->second.front()->payload.str();
}

fixture::fixture()
  : sched(dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler())) {
  // A clock at zero would hide comparisons with a default-constructed point in time.
  sched.clock().current_time += 1h;
  pool.name = "p";
  pool.command = {"program"};
  sampler = keep(sys.spawn(worker::sampler_behavior, worker::process_source{}));
  events = keep(sys.spawn([all = published]() -> events_actor::behavior_type {
    return {
        [all](atom::publish, event& e) { all->push_back(std::move(e)); },
        [](atom::publish, const stream_part&) {},
        [](const submissions&) {},
        [](atom::cancel, const reply_sink_ptr&, tag_id) {},
        [](atom::forget, const reply_sink_ptr&) {},
        [](atom::writable, const reply_sink_ptr&) {},
        [](const call&) -> caf::result<outcome> { return caf::sec::unexpected_message; },
        [](internal::check_followers) {},
    };
  }));
  run();
}

namespace {

worker_actor owner_of(const fake_launcher::launch_record& l) {
  return caf::actor_cast<worker_actor>(static_cast<child_mail&>(*l.owner).owner());
}

} // namespace

fixture::~fixture() {
  after_message.clear();
  for (auto& x : kept)
    caf::anon_send_exit(x, caf::exit_reason::kill);
  for (auto& x : starter->launches)
    caf::anon_send_exit(owner_of(x), caf::exit_reason::kill);
  kept.clear();
  starter->launches.clear();
  events = nullptr;
  sampler = nullptr;
  for (auto& f : cleanups)
    f();
  // A pending timeout holds its actor, and the actor system waits for every actor.
  do
    run();
  while (sched.trigger_timeouts() > 0);
}

void fixture::run() {
  while (!sched.jobs.empty()) {
    auto after = after_message.find(sched.jobs.front());
    sched.run_once();
    if (after != after_message.end())
      after->second();
  }
}

void fixture::advance(milliseconds d) {
  run();
  for (auto i = 0ms; i < d; i += 1ms) {
    sched.clock().advance_time(1ms);
    run();
  }
}

worker_actor fixture::make_worker(const std::shared_ptr<worker_record>& r) {
  cleanups.push_back([r] { *r = {}; });
  auto fun = [r](worker_actor::pointer me) -> worker_actor::behavior_type {
    return {
        [r, me](job& j) {
          auto promise = me->make_response_promise<outcome>();
          r->jobs.push_back({std::move(j), promise});
          return promise;
        },
        [r, me](atom::cancel, ticket_id ticket,
                caf::timespan left) -> caf::result<atom::released> {
          r->cancelled.push_back(ticket);
          r->left_to_finish.push_back(std::chrono::duration_cast<milliseconds>(left));
          if (r->lets_go)
            return atom::released_v;
          r->releases.push_back(me->make_response_promise<atom::released>());
          return r->releases.back();
        },
        [](atom::end_session, const std::string&) { return atom::released_v; },
        [](atom::leave) {},
        [](atom::stop, end_reason) {},
        [](atom::status) { return worker_status{}; },
        [](atom::spawned, const launch_result&) {},
        [](atom::connected) {},
        [](atom::output, const shared_bytes&) {},
        [](atom::output, uint8_t, const shared_bytes&) {},
        [](atom::log, const shared_bytes&) {},
        [](atom::tail) { return std::vector<std::string>{}; },
        [](atom::written) {},
        [](const nested_outcome&) {},
        [](atom::report_idle, caf::timespan) {},
        [](atom::exited, const exit_status&) {},
        [](internal::read_on) {},
        [r, me](internal::timer, timer_id) {
          for (auto& f : std::exchange(r->todo, {}))
            f(me);
        },
        [r](const log_question& asked) {
          r->questions.push_back(asked);
          return r->said;
        },
    };
  };
  return keep(sys.spawn(fun));
}

void fixture::instruct(const worker_actor& w, const std::shared_ptr<worker_record>& r,
                       std::function<void(worker_actor::pointer)> what) {
  r->todo.push_back(std::move(what));
  tell(w, internal::timer_v, timer_id{0});
}

broker_actor fixture::make_broker(const std::shared_ptr<broker_record>& r) {
  cleanups.push_back([r] { *r = {}; });
  auto fun = [r](broker_actor::pointer me) -> broker_actor::behavior_type {
    return {
        [](const submissions&) {},
        [](atom::cancel, const reply_sink_ptr&, tag_id) {},
        [](atom::forget, const reply_sink_ptr&) {},
        [](atom::writable, const reply_sink_ptr&) {},
        [](const call&) { return outcome{}; },
        [r](atom::join, const member& m) { r->joined.push_back(m); },
        [r, me](atom::retire, incarnation_id number) -> caf::result<atom::retire> {
          r->retired.push_back(number);
          if (r->lets_go)
            return atom::retire_v;
          r->promises.push_back(me->make_response_promise<atom::retire>());
          return r->promises.back();
        },
        [r](atom::condition, fault& why) { r->conditions.push_back(std::move(why)); },
        [r](atom::fail_waiting, fault& why) { r->died.push_back(std::move(why)); },
        [r](atom::lose_sessions, const std::vector<std::string>& sessions, const fault&) {
          r->lost.insert(r->lost.end(), sessions.begin(), sessions.end());
        },
        [](atom::drain) { return atom::drain_v; },
        [](atom::refuse) { return atom::refuse_v; },
        [](atom::admit) { return atom::admit_v; },
        [](atom::resume_session, const call&) { return outcome{}; },
        [](atom::watch_session, const std::string&) { return atom::watch_session_v; },
        [](atom::end_session, const std::string&) {},
        [r](atom::reconfigure, const pool_context_ptr& to, const supervisor_actor&) {
          r->updates.push_back(to->config);
        },
        [r](internal::check_queue) {
          for (auto& f : std::exchange(r->todo, {}))
            f();
        },
        [](internal::check_growth) {},
        [](internal::check_spill) {},
        [](internal::check_slow) {},
        [](atom::status) { return queue_status{}; },
        [](atom::measure) { return metrics_snapshot_ptr{}; },
        [](const call_query&) { return open_calls{}; },
        [](atom::cancel, call_number) { return open_call{}; },
        [](internal::search_calls) {},
    };
  };
  return keep(sys.spawn(fun));
}

supervisor_actor fixture::make_supervisor(const std::shared_ptr<supervisor_record>& r) {
  auto fun = [r]() -> supervisor_actor::behavior_type {
    return {
        [r](atom::ready, incarnation_id number, const worker_info& info) {
          r->ready.emplace_back(number, info);
        },
        [r](atom::retiring, incarnation_id number) { r->retired.push_back(number); },
        [r](atom::recycle, incarnation_id number, end_reason) {
          r->recycled.push_back(number);
        },
        [r](atom::last_words, incarnation_id, std::vector<std::string>& lines) {
          r->last_words = std::move(lines);
        },
        [r](atom::idle, incarnation_id number) { r->idle.push_back(number); },
        [r](atom::counted, incarnation_id, const worker_counters& last) {
          r->counted += last;
        },
        [r](atom::grow, quantity waiting, int32_t index) {
          r->grown.emplace_back(waiting, index);
        },
        [](atom::reload, const pool_context_ptr&, reload_scope) { return quantity{0}; },
        [](atom::reconfigure) { return pool_context_ptr{}; },
        [](atom::restart, int32_t) { return quantity{0}; },
        [](atom::stop, int32_t) { return quantity{0}; },
        [](internal::check_start, int32_t) {},
        [](internal::recycle_again, incarnation_id, end_reason) {},
        [](internal::tell_dropped) {},
        [](atom::status) { return pool_status{}; },
        [](atom::tail, int32_t) { return log_tail{}; },
        [](atom::measure) { return metrics_snapshot_ptr{}; },
    };
  };
  return keep(sys.spawn(fun));
}

pool_context_ptr fixture::context(const config::pool& config) {
  auto c = std::make_shared<pool_context>();
  c->config = config;
  c->starts_at_once = starts_at_once;
  c->known.wires = std::make_shared<const wires::wire_registry>(wires::built_in_wires());
  c->known.kinds = kinds ? kinds
                         : std::make_shared<const worker_registry>(
                             node::built_in_workers(c->known.wires));
  c->node.name = "n";
  c->detached = detached_workers;
  c->log = std::make_shared<spdlog::logger>(
      "log", std::make_shared<spdlog::sinks::ostream_sink_st>(log_text));
  c->log->set_pattern("%l %v");
  c->log->sinks().push_back(std::make_shared<field_sink>(records));
  c->events = events;
  c->sharing.load = std::make_shared<pool_load>();
  // As where the configuration of a pool is changed.
  auto& all = counts[config.name];
  if (!all)
    all = std::make_shared<pool_counts>();
  c->records.counts = all;
  c->observed.sampler = sampler;
  return c;
}

std::vector<std::string> fixture::logged(const std::string& part) const {
  std::vector<std::string> found;
  std::istringstream lines{log_text.str()};
  for (std::string line; std::getline(lines, line);)
    if (line.find(part) != std::string::npos)
      found.push_back(line);
  return found;
}

size_t fixture::count_events(const std::string& kind) const {
  return static_cast<size_t>(
      std::count_if(published->begin(), published->end(),
                    [&](const event& e) { return e.kind == kind; }));
}

std::shared_ptr<fake_child> fixture::started(size_t i) {
  auto& l = starter->launches.at(i);
  l.child = std::make_shared<fake_child>(static_cast<pid_t>(1000 + i));
  l.owner->spawned(child_ptr{l.child});
  run();
  return starter->launches.at(i).child;
}

worker_actor fixture::owner(size_t i) {
  return owner_of(starter->launches.at(i));
}

void fixture::not_started(size_t i, const std::string& why) {
  tell(owner(i), atom::spawned_v, launch_result{failure(code::spawn_failed, why)});
}

void fixture::writes(size_t i, const std::string& line) {
  tell(owner(i), atom::output_v, shared_bytes{line + "\n"});
}

void fixture::complains(size_t i, const std::string& text) {
  tell(owner(i), atom::log_v, shared_bytes{text});
}

void fixture::exits(size_t i, exit_status status) {
  tell(owner(i), atom::exited_v, std::move(status));
}

std::shared_ptr<fake_child> fixture::boots(size_t i, const std::string& more) {
  auto c = started(i);
  writes(i, R"({"kind":"ready","payload":{"protocol":1)" + more + "}}");
  return c;
}

} // namespace troupe::testing
