#include "tests/actors/supervisor/support_supervisor.hpp"

using namespace troupe;
using namespace troupe::testing;

using names = std::vector<std::string>;

namespace supervisors_and_survivors {

detached_worker left(int32_t index, int64_t pid, names sessions) {
  return {index, {pid, 5, "/s", "/l"}, std::move(sessions)};
}

struct survivors_fixture : supervisor_fixture {
  int64_t pid_of(size_t launch) {
    auto& who = starter->launches.at(launch).adopts;
    return who ? who->pid : 0;
  }
};

} // namespace supervisors_and_survivors

BOOST_FIXTURE_TEST_SUITE(supervisors_and_survivors, survivors_fixture)

BOOST_AUTO_TEST_CASE(
    a_worker_that_was_left_takes_its_replica_and_the_others_are_started) {
  pool.size = 2;
  detached_workers = {left(1, 55, {"s"})};
  start();
  BOOST_TEST(launches() == 2u);
  BOOST_TEST(pid_of(0) == 55);
  BOOST_TEST(pid_of(1) == 0);
  boots(0);
  BOOST_REQUIRE(record->joined.size() == 1u);
  BOOST_TEST(record->joined[0].index == 1);
  BOOST_TEST(record->joined[0].sessions == names{"s"}, boost::test_tools::per_element());
  boots(1);
  BOOST_TEST(record->joined[1].index == 0);
  BOOST_TEST(record->joined[1].sessions.empty());
  BOOST_TEST(record->lost.empty());
}

BOOST_AUTO_TEST_CASE(one_that_is_gone_is_replaced_at_once_and_its_sessions_are_lost) {
  detached_workers = {left(0, 55, {"s", "t"})};
  start();
  not_started(0, "it has ended");
  BOOST_TEST(record->lost == (names{"s", "t"}), boost::test_tools::per_element());
  BOOST_TEST(launches() == 2u);
  BOOST_TEST(pid_of(1) == 0);
  BOOST_TEST(count_events("breaker_opened") == 0u);
}

BOOST_AUTO_TEST_CASE(one_that_ends_before_it_is_ready_again_has_its_reason_in_the_log) {
  detached_workers = {left(0, 55, {"s"})};
  start();
  started(0);
  dies(0, 3);
  BOOST_TEST(logged("p.0 ended (crash): exited with code 3").size() == 1u);
  BOOST_TEST(logged("p.0: not taken over").size() == 1u);
  not_started(1, "no such file");
  BOOST_TEST(logged("p.0 could not be started").size() == 1u);
}

BOOST_AUTO_TEST_CASE(many_that_are_gone_open_no_breaker) {
  pool.size = 20;
  pool.restart.intensity = 1;
  for (int32_t i = 0; i < 20; ++i)
    detached_workers.push_back(left(i, 50 + i, {}));
  start();
  for (size_t i = 0; i < 20; ++i)
    not_started(i, "it has ended");
  BOOST_TEST(launches() == 40u);
  BOOST_TEST(count_events("breaker_opened") == 0u);
}

BOOST_AUTO_TEST_CASE(a_second_one_of_a_replica_stays_for_its_sessions_alone) {
  pool.size = 1;
  detached_workers = {left(0, 55, {"s"}), left(0, 44, {"t"}), left(7, 33, {"u"})};
  record->lets_go = false;
  start();
  BOOST_TEST(launches() == 3u);
  for (size_t i = 0; i < 3; ++i)
    boots(i);
  BOOST_TEST(record->joined.size() == 3u);
  // The broker is to give two of them nothing more, and says when their sessions have
  // ended.
  BOOST_TEST(record->retired.size() == 2u);
  BOOST_TEST(!told_to_stop(1));
  BOOST_TEST(status().replicas.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_second_one_that_is_gone_is_told_of_as_well) {
  pool.size = 1;
  detached_workers = {left(0, 55, {"s"}), left(0, 44, {"t"})};
  start();
  boots(0);
  not_started(1, "it has ended");
  BOOST_TEST(logged("p.0: not taken over").size() == 1u);
  BOOST_TEST(record->lost == names{"t"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sessions_that_the_worker_does_not_hold_any_more_are_lost) {
  detached_workers = {left(0, 55, {"s", "t"})};
  start();
  boots(0);
  BOOST_TEST(record->joined.at(0).sessions == names{"s"},
             boost::test_tools::per_element());
  BOOST_TEST(record->lost == names{"t"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_worker_that_was_taken_over_comes_back_like_any_other) {
  detached_workers = {left(0, 55, {})};
  pool.restart.delay = 100ms;
  start();
  boots(0);
  dies(0);
  BOOST_TEST(launches() == 1u);
  advance(126ms);
  BOOST_TEST(launches() == 2u);
  BOOST_TEST(pid_of(1) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
