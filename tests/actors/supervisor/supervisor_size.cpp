#include "tests/actors/supervisor/support_supervisor.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace supervisor_sizes {

struct elastic_fixture : supervisor_fixture {
  elastic_fixture() {
    pool.size = 4;
    pool.elastic = config::elastic{1, 10s};
  }

  void calls_wait(uint64_t n, int32_t index = -1) {
    tell(actor, atom::grow_v, quantity{n}, index);
  }

  /// Starts a pool that is a copy, and its worker.
  void start_copy() {
    pool.size = 1;
    pool.elastic->min = 0;
    pool.restart.policy = config::restart_policy::never;
    pool.copy_of = "of";
    start();
    calls_wait(1, 0);
    boots(0);
  }

  /// The worker of launch `i` says that it has nothing to do.
  void is_idle(size_t i) { tell(actor, atom::idle_v, incarnation_id{i + 1}); }
};

} // namespace supervisor_sizes

BOOST_FIXTURE_TEST_SUITE(supervisor_sizes, elastic_fixture)

BOOST_AUTO_TEST_CASE(an_elastic_pool_begins_with_its_least) {
  start();
  BOOST_TEST(launches() == 1u);
  BOOST_TEST(status().replicas.size() == 1u);
}

BOOST_AUTO_TEST_CASE(waiting_calls_bring_a_worker_for_each_window_up_to_the_most) {
  pool.window = 2;
  start();
  boots(0);
  calls_wait(3);
  BOOST_TEST(launches() == 3u);
  calls_wait(3); // those that are coming will take them
  BOOST_TEST(launches() == 3u);
  calls_wait(100);
  BOOST_TEST(launches() == 4u);
  calls_wait(100);
  BOOST_TEST(launches() == 4u);
}

BOOST_AUTO_TEST_CASE(a_call_for_one_worker_of_an_elastic_pool_brings_that_worker) {
  start();
  boots(0);
  calls_wait(1, 3);
  BOOST_REQUIRE(launches() == 2u);
  boots(1);
  BOOST_TEST(name_of(1) == "p.3");
  calls_wait(1, 9);
  BOOST_TEST(launches() == 2u);
}

BOOST_AUTO_TEST_CASE(an_idle_worker_goes_but_never_the_last_of_the_least) {
  start();
  boots(0);
  calls_wait(1);
  boots(1);
  is_idle(0);
  BOOST_TEST(told_to_stop(0));
  is_idle(1);
  BOOST_TEST(!told_to_stop(1));
  dies(0, 0);
  advance(1s);
  BOOST_TEST(launches() == 2u);
}

BOOST_AUTO_TEST_CASE(a_pool_from_0_that_is_empty_is_well) {
  pool.elastic->min = 0;
  start();
  BOOST_TEST(launches() == 0u);
  calls_wait(1);
  BOOST_TEST(logged("p: calls wait, starting p.0 (1 worker)").size() == 1u);
  boots(0);
  is_idle(0);
  dies(0, 0);
  advance(1s);
  BOOST_TEST(launches() == 1u);
  BOOST_TEST(record->conditions.empty());
}

BOOST_AUTO_TEST_CASE(a_broken_pool_does_not_grow) {
  pool.restart.intensity = 0;
  start();
  started(0);
  dies(0);
  BOOST_TEST(status().broken);
  calls_wait(10);
  BOOST_TEST(launches() == 1u);
}

BOOST_AUTO_TEST_CASE(no_more_workers_start_at_once_than_may) {
  pool.elastic.reset();
  pool.size = 5;
  starts_at_once = 2;
  start();
  BOOST_TEST(launches() == 2u);
  boots(0);
  BOOST_TEST(launches() == 3u);
  started(1);
  dies(1); // its place is free for another; it comes back later itself
  BOOST_TEST(launches() == 4u);
  boots(2);
  boots(3);
  advance(200ms);
  BOOST_TEST(launches() == 6u);
}

BOOST_AUTO_TEST_CASE(the_copy_of_a_pool_ends_with_its_worker) {
  start_copy();
  BOOST_TEST(!ended);
  dies(0);
  BOOST_TEST(ended);
  BOOST_TEST(launches() == 1u);
}

BOOST_AUTO_TEST_CASE(the_copy_of_a_pool_ends_when_it_is_idle) {
  start_copy();
  is_idle(0);
  BOOST_TEST(told_to_stop(0));
  BOOST_TEST(!ended);
  dies(0, 0);
  BOOST_TEST(ended);
  BOOST_TEST(launches() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(supervisor_reloads, supervisor_fixture)

BOOST_AUTO_TEST_CASE(what_does_not_concern_workers_is_taken_over_at_once) {
  start_ready();
  auto to = pool;
  to.queue_limit = 7;
  auto request = ask(actor, atom::reload_v, context(to), reload_scope::where_different);
  BOOST_TEST(answer_of<quantity>(request) == 0u);
  BOOST_TEST(launches() == 1u);
  BOOST_TEST(record->updates.back().queue_limit == 7u);
}

BOOST_AUTO_TEST_CASE(the_first_replacement_must_be_ready_before_anything_changes) {
  pool.size = 2;
  start_ready();
  auto to = pool;
  to.window = 5;
  to.size = 3;
  auto request = ask(actor, atom::reload_v, context(to), reload_scope::where_different);
  BOOST_TEST(launches() == 3u);
  BOOST_TEST(record->updates.back().window == 1u);
  boots(2);
  BOOST_TEST(record->updates.back().window == 5u);
  BOOST_TEST(launches() == 5u); // the next replica's replacement, and the new replica
  boots(3);
  boots(4);
  BOOST_TEST(answer_of<quantity>(request) == 2u);
  BOOST_TEST(record->joined.back().window == 5u);
  BOOST_TEST(told_to_stop(0));
  BOOST_TEST(told_to_stop(1));
}

BOOST_AUTO_TEST_CASE(a_first_replacement_that_fails_leaves_the_old_configuration) {
  pool.size = 2;
  start_ready();
  auto to = pool;
  to.window = 5;
  auto request = ask(actor, atom::reload_v, context(to), reload_scope::where_different);
  started(2);
  complains(2, "no module named x\n");
  dies(2);
  auto why = fault_of<quantity>(request);
  BOOST_TEST(why.what == code::handshake_failed);
  BOOST_TEST(why.details.worker.value().stderr_lines.value()
                 == std::vector<std::string>{"no module named x"},
             boost::test_tools::per_element());
  BOOST_TEST(!told_to_stop(0));
  dies(1);
  advance(1s);
  boots(3);
  BOOST_TEST(record->joined.back().window == 1u);
  advance(60s); // nor is it tried again by itself
  BOOST_TEST(launches() == 4u);
}

BOOST_AUTO_TEST_CASE(a_worker_that_dies_while_the_first_is_tried_comes_back_as_it_was) {
  pool.size = 2;
  start_ready();
  auto to = pool;
  to.window = 5;
  auto request = ask(actor, atom::reload_v, context(to), reload_scope::where_different);
  dies(1);
  advance(200ms);
  boots(3); // the old way
  BOOST_TEST(record->joined.back().window == 1u);
  boots(2);
  BOOST_REQUIRE(launches() == 5u); // so it is replaced as well
  boots(4);
  BOOST_TEST(answer_of<quantity>(request) == 2u);
  BOOST_TEST(record->joined.back().window == 5u);
}

BOOST_AUTO_TEST_CASE(a_smaller_pool_lets_the_last_replicas_go) {
  pool.size = 3;
  start_ready();
  auto to = pool;
  to.size = 1;
  auto request = ask(actor, atom::reload_v, context(to), reload_scope::where_different);
  answer_of<quantity>(request);
  BOOST_TEST(!told_to_stop(0));
  BOOST_TEST(told_to_stop(1));
  BOOST_TEST(told_to_stop(2));
  dies(1, 0);
  dies(2, 0);
  advance(1s);
  BOOST_TEST(launches() == 3u);
  BOOST_TEST(status().replicas.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_stopped_pool_takes_its_configuration_and_stays_stopped) {
  start_ready();
  auto stop = ask(actor, atom::stop_v, int32_t{-1});
  dies(0, 0);
  answer_of<quantity>(stop);
  auto to = pool;
  to.window = 5;
  auto request = ask(actor, atom::reload_v, context(to), reload_scope::where_different);
  BOOST_TEST(answer_of<quantity>(request) == 0u);
  BOOST_TEST(launches() == 1u);
  auto restart = ask(actor, atom::restart_v, int32_t{-1});
  boots(1);
  BOOST_TEST(answer_of<quantity>(restart) == 1u);
  BOOST_TEST(record->joined.back().window == 5u);
}

BOOST_AUTO_TEST_CASE(while_a_configuration_is_on_trial_no_other_is_taken) {
  pool.size = 2;
  start_ready();
  auto to = pool;
  to.window = 5;
  auto request = ask(actor, atom::reload_v, context(to), reload_scope::where_different);
  auto settled = ask(actor, atom::reconfigure_v);
  auto smaller = pool;
  smaller.size = 1;
  auto early =
      ask(actor, atom::reload_v, context(smaller), reload_scope::where_different);
  BOOST_TEST(fault_of<quantity>(early).what == code::conflict);
  BOOST_TEST(!told_to_stop(1));
  boots(2);
  BOOST_TEST(answer_of<pool_context_ptr>(settled)->config.window == 5u);
  smaller.window = 5;
  auto late = ask(actor, atom::reload_v, context(smaller), reload_scope::where_different);
  BOOST_TEST(answer_of<quantity>(late) == 0u);
  BOOST_TEST(told_to_stop(1));
  BOOST_TEST(answer_of<quantity>(request) == 1u);
  auto now = ask(actor, atom::reconfigure_v);
  BOOST_TEST(answer_of<pool_context_ptr>(now)->config.size == 1u);
}

BOOST_AUTO_TEST_CASE(a_trial_that_fails_leaves_the_way_free_for_another_change) {
  start_ready();
  auto to = pool;
  to.window = 5;
  auto request = ask(actor, atom::reload_v, context(to), reload_scope::where_different);
  auto settled = ask(actor, atom::reconfigure_v);
  started(1);
  dies(1);
  BOOST_TEST(answer_of<pool_context_ptr>(settled)->config.window == 1u);
  BOOST_TEST(fault_of<quantity>(request).what == code::handshake_failed);
  auto limited = pool;
  limited.queue_limit = 7;
  auto next = ask(actor, atom::reload_v, context(limited), reload_scope::where_different);
  BOOST_TEST(answer_of<quantity>(next) == 0u);
  BOOST_TEST(record->updates.back().queue_limit == 7u);
}

BOOST_AUTO_TEST_SUITE_END()
