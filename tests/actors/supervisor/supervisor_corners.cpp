#include "tests/actors/supervisor/support_supervisor.hpp"

using namespace troupe;
using namespace troupe::supervisor;
using namespace troupe::testing;

BOOST_FIXTURE_TEST_SUITE(supervisor_corners, supervisor_fixture)

BOOST_AUTO_TEST_CASE(a_stopped_replacement_does_not_end_the_restart_of_the_others) {
  pool.size = 2;
  start_ready();
  auto restart = ask(actor, atom::restart_v, int32_t{-1});
  started(2); // the first replica's replacement
  auto stop = ask(actor, atom::stop_v, int32_t{0});
  BOOST_REQUIRE(launches() == 4u); // the second replica's turn
  dies(2, 0);
  dies(0, 0);
  answer_of<quantity>(stop);
  boots(3);
  BOOST_REQUIRE(has_answer());
  BOOST_TEST(answer_of<quantity>(restart) == 1u);
}

BOOST_AUTO_TEST_CASE(a_failed_recycling_does_not_end_the_restart_of_others) {
  pool.size = 3;
  start_ready();
  tell(actor, atom::recycle_v, record->joined[2].incarnation,
       end_reason::jobs);                                 // launch 3
  auto restart = ask(actor, atom::restart_v, int32_t{0}); // launch 4
  BOOST_REQUIRE(launches() == 5u);
  started(3);
  dies(3);
  boots(4);
  BOOST_REQUIRE(has_answer());
  BOOST_TEST(answer_of<quantity>(restart) == 1u);
}

BOOST_AUTO_TEST_CASE(a_pool_restarted_before_it_has_stopped_does_not_stay_empty) {
  pool.size = 2;
  start_ready();
  auto stop = ask(actor, atom::stop_v, int32_t{-1});
  auto restart = ask(actor, atom::restart_v, int32_t{-1});
  BOOST_REQUIRE(launches() == 3u);
  started(2);
  dies(2); // the replacement of the first replica fails and ends the restart
  fault_of<quantity>(restart);
  dies(0, 0);
  dies(1, 0);
  answer_of<quantity>(stop);
  advance(2min);
  BOOST_TEST(launches() > 3u);
}

BOOST_AUTO_TEST_CASE(a_closing_breaker_does_not_restart_what_the_policy_left_ended) {
  pool.size = 2;
  pool.restart.policy = config::restart_policy::on_failure;
  pool.restart.intensity = 0;
  pool.restart.max_delay = 5s;
  start_ready();
  dies(0, 0); // done for good
  dies(1, 1); // opens the breaker
  advance(5s);
  BOOST_REQUIRE(launches() == 3u);
  boots(2);
  advance(1min);
  BOOST_TEST(launches() == 3u);
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_being_stopped_does_not_join) {
  start();
  started(0);
  // The child's word is on its way to the supervisor when the order to stop comes.
  caf::anon_send(
      owner(0), atom::output_v,
      shared_bytes{std::string{"{\"kind\":\"ready\",\"payload\":{\"protocol\":1}}\n"}});
  auto stop = self->request(actor, caf::infinite, atom::stop_v, int32_t{0});
  run();
  BOOST_TEST(record->joined.empty());
  dies(0, 0);
  answer_of<quantity>(stop);
}

BOOST_AUTO_TEST_SUITE_END()
