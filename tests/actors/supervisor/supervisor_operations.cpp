#include "tests/actors/supervisor/support_supervisor.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::supervisor;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;

BOOST_FIXTURE_TEST_SUITE(supervisor_operations, supervisor_fixture)

// -- restart ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(
    a_restart_replaces_one_worker_after_the_other_and_makes_before_it_breaks) {
  pool.size = 2;
  start_ready();
  auto request = ask(actor, atom::restart_v, int32_t{-1});
  BOOST_REQUIRE(launches() == 3u); // only the first replica's replacement
  BOOST_TEST(!told_to_stop(0));
  boots(2);
  BOOST_TEST(name_of(2) == "p.0");
  BOOST_TEST(told_to_stop(0));
  BOOST_TEST(!told_to_stop(1));
  BOOST_REQUIRE(launches() == 4u);
  BOOST_TEST(!has_answer());
  boots(3);
  BOOST_TEST(name_of(3) == "p.1");
  BOOST_TEST(told_to_stop(1));
  BOOST_TEST(answer_of<quantity>(request) == 2u);
  // The old ones' ends are no deaths.
  dies(0, 0);
  dies(1, 0);
  advance(1s);
  BOOST_TEST(launches() == 4u);
}

BOOST_AUTO_TEST_CASE(a_replaced_worker_is_stopped_only_when_the_broker_has_emptied_it) {
  start_ready();
  record->lets_go = false;
  auto request = ask(actor, atom::restart_v, int32_t{0});
  boots(1);
  BOOST_TEST(record->retired.size() == 1u);
  BOOST_TEST(record->retired[0] == record->joined[0].incarnation);
  BOOST_TEST(!told_to_stop(0));
  auto broker_handle = caf::actor_cast<broker_actor>(kept.at(3));
  record->todo.push_back([r = record] { r->promises.at(0).deliver(atom::retire_v); });
  tell(broker_handle, internal::check_queue_v);
  BOOST_TEST(told_to_stop(0));
  answer_of<quantity>(request);
}

BOOST_AUTO_TEST_CASE(one_replica_can_be_restarted_alone) {
  pool.size = 3;
  start_ready();
  auto request = ask(actor, atom::restart_v, int32_t{1});
  boots(3);
  BOOST_TEST(name_of(3) == "p.1");
  BOOST_TEST(launches() == 4u);
  BOOST_TEST(answer_of<quantity>(request) == 1u);
  BOOST_TEST(told_to_stop(1));
  BOOST_TEST(!told_to_stop(0));
}

BOOST_AUTO_TEST_CASE(a_replacement_that_fails_ends_the_restart_and_the_old_works_on) {
  pool.size = 2;
  start_ready();
  auto request = ask(actor, atom::restart_v, int32_t{-1});
  started(2);
  dies(2, 5);
  BOOST_TEST(fault_of<quantity>(request).what == code::handshake_failed);
  BOOST_TEST(!told_to_stop(0));
  BOOST_TEST(!told_to_stop(1));
  BOOST_TEST(launches() == 3u);
  BOOST_TEST(record->conditions.empty());
  BOOST_TEST(record->died.empty());
  // And another can be asked for.
  auto again = ask(actor, atom::restart_v, int32_t{0});
  boots(launches() - 1);
  BOOST_TEST(answer_of<quantity>(again) == 1u);
}

BOOST_AUTO_TEST_CASE(an_old_worker_that_dies_during_its_replacement_does_not_end_it) {
  start_ready();
  auto request = ask(actor, atom::restart_v, int32_t{0});
  dies(0);
  advance(1s);
  BOOST_TEST(launches() == 2u);
  boots(1);
  BOOST_TEST(answer_of<quantity>(request) == 1u);
}

BOOST_AUTO_TEST_CASE(a_second_restart_at_the_same_time_is_a_conflict) {
  start_ready();
  auto first = ask(actor, atom::restart_v, int32_t{0});
  auto second = ask(actor, atom::restart_v, int32_t{0});
  BOOST_TEST(fault_of<quantity>(second).what == code::conflict);
  boots(1);
  BOOST_TEST(answer_of<quantity>(first) == 1u);
}

BOOST_AUTO_TEST_CASE(there_is_no_worker_beyond_the_size_of_the_pool) {
  start_ready();
  auto a = ask(actor, atom::restart_v, int32_t{1});
  BOOST_TEST(fault_of<quantity>(a).what == code::worker_not_found);
  auto b = ask(actor, atom::stop_v, int32_t{1});
  BOOST_TEST(fault_of<quantity>(b).what == code::worker_not_found);
  auto c = ask(actor, atom::tail_v, int32_t{1});
  BOOST_TEST(fault_of<log_tail>(c).what == code::worker_not_found);
}

BOOST_AUTO_TEST_CASE(a_restart_of_a_broken_pool_tries_all_at_once) {
  pool.size = 2;
  pool.restart.intensity = 1;
  start_ready();
  dies(0);
  dies(1);
  BOOST_TEST(status().broken);
  auto request = ask(actor, atom::restart_v, int32_t{-1});
  BOOST_REQUIRE(launches() == 4u);
  boots(2);
  boots(3);
  BOOST_TEST(answer_of<quantity>(request) == 2u);
  BOOST_TEST(record->conditions.back().what == code::none);
}

BOOST_AUTO_TEST_CASE(a_replica_stopped_during_a_restart_does_not_hold_it_up_for_ever) {
  pool.size = 2;
  start_ready();
  auto restart = ask(actor, atom::restart_v, int32_t{-1});
  // The first replica's replacement is on its way; the second replica is next.
  auto stop = ask(actor, atom::stop_v, int32_t{1});
  dies(1, 0);
  answer_of<quantity>(stop);
  boots(2);
  BOOST_REQUIRE(has_answer());
  BOOST_TEST(answer_of<quantity>(restart) == 1u);
  BOOST_TEST(launches() == 3u);
}

BOOST_AUTO_TEST_CASE(a_restart_of_an_empty_replica_that_stays_empty_ends) {
  pool.restart.policy = config::restart_policy::never;
  start_ready();
  dies(0);
  auto request = ask(actor, atom::restart_v, int32_t{0});
  started(1);
  dies(1); // and is not started again
  advance(1min);
  BOOST_REQUIRE(has_answer());
  BOOST_TEST(fault_of<quantity>(request).what == code::handshake_failed);
}

// -- stop ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_stopped_replica_stays_empty_until_a_restart) {
  pool.size = 2;
  start_ready();
  auto request = ask(actor, atom::stop_v, int32_t{0});
  BOOST_TEST(told_to_stop(0));
  BOOST_TEST(!told_to_stop(1));
  BOOST_TEST(!has_answer()); // it has not gone yet
  dies(0, 0);
  BOOST_TEST(answer_of<quantity>(request) == 1u);
  advance(1min);
  BOOST_TEST(launches() == 2u);
  BOOST_TEST(status().replicas[0].worker.state == shown_state::stopped);
  BOOST_TEST(record->conditions.empty());
  auto again = ask(actor, atom::restart_v, int32_t{0});
  BOOST_REQUIRE(launches() == 3u);
  boots(2);
  BOOST_TEST(answer_of<quantity>(again) == 1u);
}

BOOST_AUTO_TEST_CASE(a_pool_that_is_stopped_as_a_whole_says_so) {
  pool.size = 2;
  start_ready();
  auto request = ask(actor, atom::stop_v, int32_t{-1});
  BOOST_REQUIRE(record->conditions.size() == 1u);
  BOOST_TEST(record->conditions[0].message == "pool p is stopped");
  dies(0, 0);
  BOOST_TEST(!has_answer());
  dies(1, 0);
  BOOST_TEST(answer_of<quantity>(request) == 2u);
  BOOST_TEST(status().stopped);
  auto again = ask(actor, atom::restart_v, int32_t{-1});
  BOOST_TEST(launches() == 4u);
  BOOST_TEST(record->conditions.back().what == code::none);
  boots(2);
  boots(3);
  BOOST_TEST(answer_of<quantity>(again) == 2u);
}

BOOST_AUTO_TEST_CASE(a_stop_takes_back_a_start_that_is_due) {
  start_ready();
  dies(0);
  auto request = ask(actor, atom::stop_v, int32_t{0});
  BOOST_TEST(answer_of<quantity>(request) == 0u);
  advance(1min);
  BOOST_TEST(launches() == 1u);
}

// -- what workers ask for --------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_worker_that_may_take_no_more_calls_is_replaced) {
  start_ready();
  tell(actor, atom::retiring_v, record->joined[0].incarnation);
  BOOST_REQUIRE(launches() == 2u);
  BOOST_TEST(!told_to_stop(0));
  boots(1);
  BOOST_TEST(told_to_stop(0));
  dies(0, 0);
  advance(1s);
  BOOST_TEST(launches() == 2u);
}

BOOST_AUTO_TEST_CASE(worn_workers_are_replaced_one_in_so_many_at_a_time) {
  pool.size = 4;
  pool.recycle.one_in = 2;
  start_ready();
  for (auto& m : record->joined)
    tell(actor, atom::recycle_v, m.incarnation, end_reason::jobs);
  BOOST_REQUIRE(launches() == 6u);
  boots(4);
  BOOST_TEST(launches() == 7u);
  BOOST_TEST(told_to_stop(0));
}

// -- the end ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(
    the_first_exit_message_stops_the_workers_and_the_last_takes_it_along) {
  pool.size = 2;
  start_ready();
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  run();
  for (size_t i : {0u, 1u}) {
    BOOST_TEST(told_to_stop(i));
    BOOST_TEST(process(i).signals.empty());
  }
  dies(0, 0);
  BOOST_TEST(!ended);
  dies(1, 0);
  BOOST_TEST(ended);
  BOOST_TEST(launches() == 2u);
}

BOOST_AUTO_TEST_CASE(the_second_exit_message_kills_the_workers) {
  start_ready();
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  run();
  BOOST_TEST(process(0).signals.empty());
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  run();
  BOOST_TEST(process(0).signals == std::vector<int>{SIGKILL},
             boost::test_tools::per_element());
  BOOST_TEST(!ended);
  exits(0, signalled{SIGKILL});
  BOOST_TEST(ended);
}

BOOST_AUTO_TEST_CASE(
    without_workers_the_first_exit_message_ends_it_and_no_start_follows) {
  start_ready();
  dies(0);
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  run();
  BOOST_TEST(ended);
  advance(1min);
  BOOST_TEST(launches() == 1u);
}

BOOST_AUTO_TEST_CASE(no_restart_begins_once_it_ends) {
  start_ready();
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  run();
  auto request = ask(actor, atom::restart_v, int32_t{-1});
  BOOST_TEST(fault_of<quantity>(request).what == code::shutting_down);
  BOOST_TEST(launches() == 1u);
  dies(0, 0);
  BOOST_TEST(ended);
}

BOOST_AUTO_TEST_SUITE_END()
