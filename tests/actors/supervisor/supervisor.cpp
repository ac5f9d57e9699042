#include "tests/actors/supervisor/support_supervisor.hpp"

#include "protocol/base/fault_json.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::supervisor;
using namespace troupe::testing;

BOOST_FIXTURE_TEST_SUITE(supervisors, supervisor_fixture)

// -- starting --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(all_workers_are_started_at_once_and_join_when_they_are_ready) {
  pool.size = 3;
  pool.window = 4;
  start();
  BOOST_TEST(launches() == 3u);
  BOOST_TEST(record->joined.empty());
  boots(1, R"(,"window":2)");
  BOOST_REQUIRE(record->joined.size() == 1u);
  BOOST_TEST(record->joined[0].index == 1);
  BOOST_TEST(record->joined[0].window == 2u);
  boots(0);
  boots(2);
  BOOST_REQUIRE(record->joined.size() == 3u);
  BOOST_TEST(record->joined[1].incarnation != record->joined[2].incarnation);
  BOOST_TEST(record->conditions.empty());
}

BOOST_AUTO_TEST_CASE(the_status_tells_of_every_replica) {
  pool.size = 2;
  start();
  boots(0);
  advance(50ms);
  auto s = status();
  BOOST_REQUIRE(s.replicas.size() == 2u);
  BOOST_TEST(s.replicas[0].worker.state == shown_state::ready);
  BOOST_TEST(s.replicas[0].uptime_ms == 50);
  BOOST_TEST(s.replicas[1].worker.state == shown_state::starting);
  BOOST_TEST(!s.broken);
  BOOST_TEST(!s.stopped);
}

// -- restarts --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_dead_worker_comes_back_after_a_delay_in_its_place) {
  pool.size = 2;
  pool.restart.delay = 100ms;
  start_ready();
  dies(1, 3);
  BOOST_TEST(launches() == 2u);
  BOOST_TEST(status().replicas[1].worker.state == shown_state::waiting);
  advance(74ms); // a quarter less at most
  BOOST_TEST(launches() == 2u);
  advance(51ms); // a quarter more at most
  BOOST_REQUIRE(launches() == 3u);
  boots(2);
  BOOST_TEST(name_of(2) == "p.1");
  BOOST_TEST(record->joined.back().index == 1);
  BOOST_TEST(status().replicas[1].restarts == 1u);
  BOOST_TEST((status().replicas[1].last_exit.value().details.end
              == worker_end{end_reason::crash, exited{3}}));
  BOOST_TEST(status().replicas[0].restarts == 0u);
}

BOOST_AUTO_TEST_CASE(the_delay_doubles_with_each_failure_up_to_the_longest) {
  pool.restart.delay = 100ms;
  pool.restart.max_delay = 400ms;
  pool.restart.intensity = 100;
  start();
  size_t n = 0;
  for (auto delay : {100ms, 200ms, 400ms, 400ms}) {
    started(n);
    dies(n);
    advance(delay - delay / 4 - 1ms);
    BOOST_TEST(launches() == n + 1);
    advance(delay / 2 + 2ms);
    BOOST_TEST(launches() == n + 2);
    ++n;
  }
}

BOOST_AUTO_TEST_CASE(a_worker_that_lived_long_starts_over_with_the_shortest_delay) {
  pool.restart.delay = 100ms;
  pool.restart.period = 1s;
  start();
  for (size_t n = 0; n < 3; ++n) {
    started(n);
    dies(n);
    advance(600ms);
  }
  BOOST_REQUIRE(launches() == 4u);
  boots(3);
  advance(1s);
  dies(3);
  advance(125ms);
  BOOST_TEST(launches() == 5u);
}

BOOST_AUTO_TEST_CASE(
    a_worker_killed_for_a_stuck_call_comes_back_at_once_and_is_not_counted) {
  pool.restart.intensity = 0; // the first death that counts would open the breaker
  start_ready();
  for (size_t n = 0; n < 3; ++n) {
    job j;
    j.ticket = ticket_id{n + 1};
    j.kind = shared_bytes{std::string{"k"}};
    j.deadline = now() + 1s;
    tell(owner(n), j);
    tell(owner(n), atom::cancel_v, ticket_id{n + 1}, caf::timespan{0});
    BOOST_TEST(process(n).signals.size() == 1u);
    exits(n, signalled{SIGKILL});
    BOOST_REQUIRE(launches() == n + 2);
    boots(n + 1);
  }
  BOOST_TEST(!status().broken);
  BOOST_TEST(count_events("breaker_opened") == 0u);
}

BOOST_AUTO_TEST_CASE(with_policy_on_failure_a_success_is_the_end) {
  pool.size = 2;
  pool.restart.policy = config::restart_policy::on_failure;
  start_ready();
  dies(0, 0);
  advance(10s);
  BOOST_TEST(launches() == 2u);
  BOOST_TEST(record->conditions.empty()); // the other still works
  dies(1, 2);
  advance(125ms);
  BOOST_TEST(launches() == 3u);
}

BOOST_AUTO_TEST_CASE(with_policy_on_failure_status_10_is_not_taken_for_0) {
  pool.restart.policy = config::restart_policy::on_failure;
  start_ready();
  dies(0, 10);
  advance(125ms);
  BOOST_TEST(launches() == 2u);
}

BOOST_AUTO_TEST_CASE(with_policy_never_the_last_death_makes_the_pool_unavailable) {
  pool.size = 2;
  pool.restart.policy = config::restart_policy::never;
  start_ready();
  dies(0);
  BOOST_TEST(record->conditions.empty());
  dies(1);
  advance(10s);
  BOOST_TEST(launches() == 2u);
  BOOST_REQUIRE(record->conditions.size() == 1u);
  BOOST_TEST(record->conditions[0].what == code::unavailable);
}

BOOST_AUTO_TEST_CASE(a_failed_start_with_nobody_else_there_tells_the_broker_why) {
  start();
  started(0);
  dies(0, 4);
  BOOST_REQUIRE(record->died.size() == 1u);
  BOOST_TEST(record->died[0].what == code::handshake_failed);
  BOOST_TEST(record->conditions.empty()); // the next may do better
}

BOOST_AUTO_TEST_CASE(a_failed_start_beside_others_is_no_news_for_the_broker) {
  pool.size = 2;
  start();
  not_started(0, "no such file");
  BOOST_TEST(record->died.empty());
}

BOOST_AUTO_TEST_CASE(the_death_of_a_worker_that_was_ready_fails_nothing_that_waits) {
  start_ready();
  dies(0);
  BOOST_TEST(record->died.empty());
  BOOST_TEST(record->conditions.empty());
}

// -- the breaker -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(too_many_deaths_open_the_breaker_which_probes_with_one_worker) {
  pool.size = 3;
  pool.restart.intensity = 2;
  pool.restart.max_delay = 5s;
  start_ready();
  dies(0);
  dies(1);
  BOOST_TEST(record->conditions.empty());
  dies(2);
  BOOST_TEST(status().broken);
  BOOST_TEST(count_events("breaker_opened") == 1u);
  BOOST_REQUIRE(record->conditions.size() == 1u);
  BOOST_TEST(record->conditions[0].what == code::unavailable);
  BOOST_TEST(to_json_members(record->conditions[0].details).find("\"cause\":") == 0u);
  advance(4999ms);
  BOOST_TEST(launches() == 3u);
  advance(1ms);
  BOOST_TEST(launches() == 4u);
  // The probe fails: one more, as late again.
  started(3);
  dies(3);
  advance(4999ms);
  BOOST_TEST(launches() == 4u);
  advance(1ms);
  BOOST_TEST(launches() == 5u);
  // It is ready: all come back at once.
  boots(4);
  BOOST_TEST(!status().broken);
  BOOST_TEST(launches() == 7u);
  BOOST_TEST(record->conditions.back().what == code::none);
  BOOST_TEST(count_events("breaker_closed") == 1u);
}

BOOST_AUTO_TEST_CASE(deaths_that_lie_far_apart_do_not_open_the_breaker) {
  pool.restart.intensity = 1;
  pool.restart.period = 1s;
  start_ready();
  for (size_t n = 0; n < 4; ++n) {
    dies(n);
    advance(1s);
    BOOST_REQUIRE(launches() == n + 2);
    boots(n + 1);
  }
  BOOST_TEST(!status().broken);
}

BOOST_AUTO_TEST_CASE(a_worker_that_still_works_keeps_the_pool_available) {
  pool.size = 2;
  pool.restart.intensity = 0;
  start_ready();
  dies(0);
  BOOST_TEST(status().broken);
  BOOST_TEST(record->conditions.empty());
  dies(1);
  BOOST_TEST(record->conditions.size() == 1u);
}

BOOST_AUTO_TEST_CASE(stopping_the_replica_that_probes_hands_the_probe_on) {
  pool.size = 2;
  pool.restart.intensity = 1;
  pool.restart.max_delay = 5s;
  start_ready();
  dies(0);
  dies(1); // its replica is to probe
  BOOST_TEST(status().broken);
  auto request = ask(actor, atom::stop_v, int32_t{1});
  answer_of<quantity>(request);
  advance(5s);
  BOOST_TEST(launches() == 3u);
}

BOOST_AUTO_TEST_CASE(a_worker_whose_calls_still_run_is_shown_as_stopping) {
  record->lets_go = false;
  start_ready();
  tell(actor, atom::stop_v, int32_t{0});
  auto asked = ask(actor, atom::status_v);
  auto shown = answer_of<pool_status>(asked);
  BOOST_TEST_REQUIRE(shown.replicas.size() == 1u);
  BOOST_TEST(shown.replicas[0].worker.state == shown_state::stopping);
}

BOOST_AUTO_TEST_CASE(each_of_many_who_ask_at_once_is_told) {
  pool.size = 2;
  start_ready();
  using question = decltype(ask(actor, atom::status_v));
  std::vector<question> asked;
  for (int i = 0; i < 100; ++i)
    asked.push_back(ask(actor, atom::status_v));
  for (auto& q : asked)
    BOOST_TEST(answer_of<pool_status>(q).replicas.size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
