#include "tests/actors/session/support_sessions.hpp"
#include "tests/actors/told_metrics.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::session;
using namespace troupe::testing;

namespace sessions_of_a_node {

/// A node that has the pool `far` and takes no calls now.
struct a_leaving_node : remote_pools {
  bool knows(std::string_view) const override { return true; }
  bool runs(std::string_view pool) const override { return pool == "far"; }
  bool takes_calls(std::string_view) const override { return false; }
  uint32_t room_elsewhere(std::string_view) const override { return 0; }
  bool has_terminal(std::string_view, std::string_view) const override { return false; }
  bool prefers_elsewhere(std::string_view, std::string_view) const override {
    return false;
  }
};

} // namespace sessions_of_a_node

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

BOOST_AUTO_TEST_CASE(a_paused_session_that_ends_with_the_node_is_told_before_that_ends) {
  start_sessions();
  auto id = begin();
  auto request = ask(keeper, atom::drain_v);
  answer_of<atom::drain>(request);
  BOOST_TEST((on_record().state == session_state::lost));
  BOOST_TEST(published_kinds() == "session_run session_paused session_lost ");
  BOOST_TEST(acceptors->all.empty());
  die(0, {code::worker_died, "it was stopped"});
  BOOST_TEST(published_kinds() == "session_run session_paused session_lost ");
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

BOOST_AUTO_TEST_CASE(a_session_that_has_ended_has_no_socket) {
  start_sessions();
  auto id = begin();
  BOOST_TEST(acceptors->all.count(id) == 1u);
  operate(2, "continue", named(id, R"(,"response":1)"));
  answer(0, 1, "7");
  BOOST_TEST(state_of(id) == "finished");
  BOOST_TEST(acceptors->all.empty());
}

BOOST_AUTO_TEST_CASE(an_actor_that_is_no_pool_takes_no_sessions) {
  start_sessions();
  pools.set({{"p", actor}, {"other", callee_actor{actor}}});
  operate(1, "run", R"({"pool":"other"})");
  BOOST_TEST(sink->error(1).what == code::bad_request);
  operate(2, "run", R"({"pool":"p"})");
  BOOST_TEST(sink->count(2) == 0u); // it runs
}

BOOST_AUTO_TEST_CASE(a_pool_whose_nodes_take_no_calls_is_unavailable) {
  auto route = make_broker(std::make_shared<broker_record>());
  pools.set_route(route, std::make_shared<a_leaving_node>());
  start_sessions();
  operate(1, "run", R"({"pool":"far"})");
  BOOST_TEST(sink->error(1).what == code::unavailable);
  operate(2, "run", R"({"pool":"far.0"})"); // never takes any
  BOOST_TEST(sink->error(2).what == code::bad_request);
  operate(3, "run", R"({"pool":"nowhere"})");
  BOOST_TEST(sink->error(3).what == code::pool_not_found);
  pools.set_route({}, {});
}

BOOST_AUTO_TEST_CASE(metrics_tell_how_sessions_are_and_how_they_ended) {
  start_sessions();
  auto measure = [&] {
    auto asked = ask(keeper, atom::measure_v);
    return told_metrics(answer_of<metrics_snapshot_ptr>(asked));
  };
  auto id = begin();
  auto told = measure();
  BOOST_TEST(told["troupe_sessions paused"] == 1);
  BOOST_TEST(told["troupe_sessions running"] == 0);
  BOOST_TEST(told["troupe_session_write_seconds"] == 2); // begun, paused
  operate(2, "continue", named(id, R"(,"response":1)"));
  answer(0, 1, "7");
  told = measure();
  BOOST_TEST(told["troupe_sessions finished"] == 1);
  BOOST_TEST(told["troupe_sessions_ended_total finished"] == 1);
  BOOST_TEST(told["troupe_sessions_ended_total failed"] == 0);
  operate(3, "stop", named(id)); // it is forgotten, and has ended all the same
  told = measure();
  BOOST_TEST(told["troupe_sessions finished"] == 0);
  BOOST_TEST(told["troupe_sessions_ended_total finished"] == 1);
}

BOOST_AUTO_TEST_SUITE_END()
