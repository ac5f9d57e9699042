#include "actors/session/sessions.hpp"

#include "protocol/base/json_text.hpp"
#include "tests/actors/broker/support_broker.hpp"
#include "tests/actors/session/support_registry.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::session;
using namespace troupe::testing;

namespace {

struct recording_doors : session_acceptors {
  void open(const std::string& id) override { all.insert(id); }
  void close(const std::string& id) override { all.erase(id); }
  void serve_pools(const std::set<std::string>&) override {}

  std::set<std::string> all;
};

/// A real SESSIONS and a real BROKER with one stand-in for a worker.
struct sessions_fixture : broker_fixture, registry_fixture {
  void start_sessions(std::vector<session_entry> left = {}) {
    start();
    join(0);
    pools.set({{"p", callee_actor{actor}}});
    registry = std::make_shared<session_registry>(open());
    sessions_context with{&pools, context()->log, context()->events,
                          config, registry,       acceptors};
    keeper = keep(sys.spawn(sessions_behavior, with, std::move(left)));
    run();
  }

  /// Asks for an operation; what comes of it is in `sink` under `tag`.
  void operate(uint64_t tag, const std::string& kind, const std::string& payload) {
    call c;
    c.kind = shared_bytes{"session." + kind};
    c.payload = shared_bytes{payload};
    c.taken = now();
    submissions one;
    one.push_back({std::move(c), sink, tag});
    tell(keeper, std::move(one));
  }
  /// Begins a session_entry as tag 1 and has it pause; returns its id.
  std::string begin() {
    operate(1, "run", R"({"pool":"p"})");
    asks(0);
    return text_of(1, "session_id");
  }
  /// The worker asks `q`, as its answer to the `j`th call that it took.
  void asks(size_t j) {
    auto& w = workers.at(0);
    instruct(w.actor, w.record, [j, r = w.record](worker_actor::pointer) {
      r->jobs.at(j).answer.deliver(
          outcome{shared_bytes{std::string{R"({"queries":[{"id":"q"}]})"}},
                  {},
                  step_result::paused,
                  {}});
    });
  }
  std::string text_of(uint64_t tag, std::string_view key) {
    auto r = sink->result(tag);
    BOOST_REQUIRE(!r.empty());
    return json_text::as_text(json_text::find(r, key).value_or("null")).value_or("");
  }
  static std::string named(const std::string& id, const std::string& more = "") {
    return "{\"session_id\":\"" + id + "\"" + more + "}";
  }
  std::string state_of(const std::string& id, uint64_t tag = 99) {
    sink->all.erase(tag);
    operate(tag, "status", named(id));
    return text_of(tag, "state");
  }
  /// As the registry has it.
  session_entry on_record() {
    auto all = load();
    BOOST_REQUIRE(all.size() == 1u);
    return all.front();
  }

  /// Has every write fail from now on.
  void break_registry() const {
    execute("CREATE TRIGGER broken BEFORE INSERT ON moments BEGIN SELECT RAISE(ABORT, "
            "'disk'); END");
  }
  void mend_registry() const { execute("DROP TRIGGER broken"); }
  /// The kinds of the events of sessions so far.
  std::string published_kinds() const {
    std::string out;
    for (auto& e : *published)
      if (e.kind.starts_with("session_"))
        out += e.kind + " ";
    return out;
  }

  directory pools{"n"};
  config::session config;
  std::shared_ptr<session_registry> registry;
  std::shared_ptr<recording_doors> acceptors = std::make_shared<recording_doors>();
  sessions_actor keeper;

  ~sessions_fixture() {
    keeper = nullptr;
    pools.set({});
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(sessions_of_a_node, sessions_fixture)

BOOST_AUTO_TEST_CASE(what_happens_is_on_record_before_it_is_told_or_done) {
  start_sessions();
  operate(1, "run", R"({"pool":"p","code":"x"})");
  BOOST_TEST((on_record().state == session_state::running));
  BOOST_TEST(sink->count(1) == 0u);
  asks(0);
  BOOST_TEST(sink->count(1) == 1u);
  auto id = text_of(1, "session_id");
  BOOST_TEST((on_record().state == session_state::paused));
  operate(2, "continue", named(id, R"(,"response":1)"));
  BOOST_TEST(worker(0).jobs.size() == 2u);
  BOOST_TEST((on_record().state == session_state::running));
  answer(0, 1, "7");
  BOOST_TEST((on_record().state == session_state::finished));
  BOOST_TEST(text_of(2, "state") == "finished");
}

BOOST_AUTO_TEST_CASE(the_worker_is_told_the_session_and_what_the_client_said) {
  start_sessions();
  operate(1, "run", R"({"pool":"p","kind":"go","code":"x","session_id":"mine"})");
  auto id = on_record().id;
  auto& first = worker(0).jobs.at(0).what;
  BOOST_TEST(first.kind.view() == "go");
  BOOST_TEST(first.payload.view() == named(id, R"(,"code":"x")"));
  asks(0);
  operate(2, "continue", named(id, R"(,"response":{"a":1},"usage":3)"));
  BOOST_TEST(
      worker(0).jobs.at(1).what.payload.view()
      == named(id, R"(,"responses":[{"query_id":"q","response":{"a":1},"usage":3}])"));
}

BOOST_AUTO_TEST_CASE(a_session_ends_once_nobody_has_used_it_for_long) {
  config.idle = 10s;
  start_sessions();
  auto id = begin();
  advance(9s);
  operate(2, "continue", named(id, R"(,"response":1)"));
  asks(1);
  advance(9s);
  BOOST_TEST(state_of(id) == "paused"); // looking at it is no use of it
  advance(1500ms);
  BOOST_TEST(state_of(id) == "failed");
  BOOST_TEST((on_record().cause.what == code::timeout));
  submit({make(7)});
  BOOST_TEST(worker(0).jobs.size() == 3u); // its place is free
}

BOOST_AUTO_TEST_CASE(a_session_that_works_for_long_is_not_idle) {
  config.idle = 1s;
  pool.exec_timeout = 100s;
  start_sessions();
  auto id = begin();
  operate(2, "continue", named(id, R"(,"response":1)"));
  advance(20s);
  BOOST_TEST(state_of(id) == "running");
}

BOOST_AUTO_TEST_CASE(a_client_that_leaves_does_not_end_its_step) {
  start_sessions();
  operate(1, "run", R"({"pool":"p"})");
  tell(keeper, atom::forget_v, reply_sink_ptr{sink});
  asks(0);
  BOOST_TEST(sink->count(1) == 0u);
  BOOST_TEST(state_of(on_record().id) == "paused");
}

BOOST_AUTO_TEST_CASE(a_step_that_no_worker_took_leaves_no_session) {
  pool.queue_limit = 0;
  start_sessions();
  submit({make(5)});
  operate(1, "run", R"({"pool":"p"})");
  BOOST_TEST(sink->error(1).what == code::busy);
  BOOST_TEST(load().empty());
  BOOST_TEST(acceptors->all.empty());
}

BOOST_AUTO_TEST_CASE(a_step_that_takes_too_long_fails_the_session) {
  start_sessions();
  auto id = begin();
  operate(2, "continue", named(id, R"(,"response":1)"));
  advance(pool.exec_timeout + 10ms);
  BOOST_TEST(sink->error(2).what == code::timeout);
  BOOST_TEST(state_of(id) == "failed");
}

BOOST_AUTO_TEST_CASE(a_pause_that_asks_nothing_fails_the_session) {
  start_sessions();
  operate(1, "run", R"({"pool":"p"})");
  auto& w = workers.at(0);
  instruct(w.actor, w.record, [r = w.record](worker_actor::pointer) {
    r->jobs.at(0).answer.deliver(
        outcome{shared_bytes{std::string{"{}"}}, {}, step_result::paused, {}});
  });
  BOOST_TEST(sink->error(1).what == code::protocol_error);
  submit({make(7)});
  BOOST_TEST(worker(0).jobs.size() == 2u); // its place is free
}

BOOST_AUTO_TEST_CASE(what_becomes_of_workers_when_the_node_ends_is_no_news) {
  start_sessions();
  auto id = begin();
  auto request = ask(keeper, atom::drain_v);
  answer_of<atom::drain>(request);
  die(0, {code::worker_died, "it was stopped"});
  BOOST_TEST((on_record().state == session_state::paused));
  operate(2, "continue", named(id, R"(,"response":1)"));
  BOOST_TEST(sink->error(2).what == code::shutting_down);
}

BOOST_AUTO_TEST_CASE(a_session_of_an_earlier_node_whose_worker_is_gone_is_lost) {
  session_entry s;
  s.id = "s-1";
  s.pool = "p";
  s.state = session_state::paused;
  start_sessions({s});
  BOOST_TEST(state_of("s-1") == "lost");
  BOOST_TEST((on_record().state == session_state::lost));
  BOOST_TEST(acceptors->all.empty());
  operate(2, "stop", named("s-1"));
  BOOST_TEST(load().empty());
  BOOST_TEST(acceptors->all.empty());
}

BOOST_AUTO_TEST_CASE(a_session_that_has_ended_has_no_door) {
  start_sessions();
  auto id = begin();
  BOOST_TEST(acceptors->all.count(id) == 1u);
  operate(2, "continue", named(id, R"(,"response":1)"));
  answer(0, 1, "7");
  BOOST_TEST(state_of(id) == "finished");
  BOOST_TEST(acceptors->all.empty());
}

BOOST_AUTO_TEST_CASE(a_run_that_is_not_on_record_does_not_begin) {
  start_sessions();
  break_registry();
  operate(1, "run", R"({"pool":"p"})");
  BOOST_TEST(sink->error(1).what == code::internal);
  BOOST_TEST(sink->error(1).message.find("disk") != std::string::npos);
  BOOST_TEST(worker(0).jobs.empty());
  BOOST_TEST(acceptors->all.empty());
  operate(2, "list", "{}");
  BOOST_TEST(sink->result(2) == "[]");
  BOOST_TEST(published_kinds() == "");
}

BOOST_AUTO_TEST_CASE(what_a_step_came_to_is_told_only_once_it_is_on_record) {
  start_sessions();
  operate(1, "run", R"({"pool":"p"})");
  auto id = on_record().id;
  break_registry();
  asks(0);
  BOOST_TEST(sink->error(1).what == code::internal);
  BOOST_TEST(sink->error(1).details.session.value().id == id);
  BOOST_TEST(state_of(id) == "running");
  BOOST_TEST((on_record().state == session_state::running));
  advance(2s);
  BOOST_TEST(state_of(id) == "running");
  mend_registry();
  advance(2s);
  BOOST_TEST(state_of(id) == "paused");
  BOOST_TEST((on_record().state == session_state::paused));
  BOOST_TEST(published_kinds() == "session_run session_paused ");
  operate(2, "continue", named(id, R"(,"response":1)"));
  BOOST_TEST(worker(0).jobs.size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_loss_of_a_worker_is_noticed_though_its_pause_was_not_on_record) {
  start_sessions();
  operate(1, "run", R"({"pool":"p"})");
  auto id = on_record().id;
  break_registry();
  asks(0);
  die(0, {code::worker_died, "it was stopped"});
  mend_registry();
  advance(2s);
  BOOST_TEST(state_of(id) == "lost");
  BOOST_TEST((on_record().state == session_state::lost));
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_not_on_record_changes_nothing) {
  start_sessions();
  auto id = begin();
  break_registry();
  operate(2, "continue", named(id, R"(,"response":1)"));
  BOOST_TEST(sink->error(2).what == code::internal);
  BOOST_TEST(worker(0).jobs.size() == 1u);
  BOOST_TEST(state_of(id) == "paused");
  mend_registry();
  operate(3, "continue", named(id, R"(,"response":1)"));
  BOOST_TEST(worker(0).jobs.size() == 2u);
}

BOOST_AUTO_TEST_CASE(an_end_by_an_error_is_told_at_once_and_recorded_when_it_can_be) {
  start_sessions();
  auto id = begin();
  break_registry();
  operate(2, "stop", named(id));
  BOOST_TEST(sink->error(2).what == code::unavailable);
  BOOST_TEST(state_of(id) == "failed");
  BOOST_TEST((on_record().state == session_state::paused));
  mend_registry();
  advance(2s);
  BOOST_TEST((on_record().state == session_state::failed));
  submit({make(7)});
  BOOST_TEST(worker(0).jobs.size() == 2u); // its place is free
}

BOOST_AUTO_TEST_CASE(a_session_is_remembered_until_it_is_off_the_record) {
  start_sessions();
  auto id = begin();
  operate(2, "stop", named(id));
  execute("CREATE TRIGGER broken BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, "
          "'disk'); END");
  operate(3, "stop", named(id));
  BOOST_TEST(sink->error(3).what == code::internal);
  BOOST_TEST(state_of(id) == "failed");
}

BOOST_AUTO_TEST_CASE(sessions_are_idle_for_too_long_also_while_the_registry_is_mended) {
  config.idle = 5s;
  start_sessions();
  auto idle = begin();
  break_registry();
  advance(6s);
  BOOST_TEST(state_of(idle) == "failed");
  mend_registry();
  advance(2s);
  BOOST_TEST((on_record().state == session_state::failed));
}

BOOST_AUTO_TEST_SUITE_END()
