#include "tests/actors/supervisor/support_supervisor.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::supervisor;
using namespace troupe::testing;

namespace preloading_supervisors {

using launch_counts = std::vector<size_t>;

struct preload_fixture : supervisor_fixture {
  preload_fixture() {
    pool.command.clear();
    pool.preload = {"program"};
    pool.size = 2;
  }
};

} // namespace preloading_supervisors

BOOST_FIXTURE_TEST_SUITE(preloading_supervisors, preload_fixture)

BOOST_AUTO_TEST_CASE(a_restart_of_the_pool_loads_the_program_before_the_first_worker) {
  start_ready();
  auto request = ask(actor, atom::restart_v, int32_t{-1});
  BOOST_TEST((starter->renewed_before == launch_counts{2}));
  boots(2);
  boots(3);
  BOOST_TEST(answer_of<quantity>(request) == 2u);
  BOOST_TEST(starter->renewed_before.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_restart_of_one_worker_forks_it_from_what_is_loaded) {
  start_ready();
  auto request = ask(actor, atom::restart_v, int32_t{1});
  boots(2);
  BOOST_TEST(answer_of<quantity>(request) == 1u);
  BOOST_TEST(starter->renewed_before.empty());
}

BOOST_AUTO_TEST_CASE(a_reload_that_replaces_workers_loads_the_program_first) {
  start_ready();
  auto wider = pool;
  wider.queue_limit = 7;
  auto same = ask(actor, atom::reload_v, context(wider), reload_scope::where_different);
  BOOST_TEST(answer_of<quantity>(same) == 0u);
  BOOST_TEST(starter->renewed_before.empty());
  auto other = wider;
  other.preload = {"other"};
  auto request =
      ask(actor, atom::reload_v, context(other), reload_scope::where_different);
  BOOST_TEST((starter->renewed_before == launch_counts{2}));
  boots(2);
  boots(3);
  BOOST_TEST(answer_of<quantity>(request) == 2u);
  BOOST_TEST(starter->rests == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_loaded_goes_with_a_stop_of_all_workers) {
  start_ready();
  auto one = ask(actor, atom::stop_v, int32_t{0});
  dies(0, 0);
  BOOST_TEST(answer_of<quantity>(one) == 1u);
  BOOST_TEST(starter->rests == 0u);
  auto all = ask(actor, atom::stop_v, int32_t{-1});
  dies(1, 0);
  BOOST_TEST(answer_of<quantity>(all) == 1u);
  BOOST_TEST(starter->rests == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_loaded_goes_when_the_pool_gets_a_command) {
  start_ready();
  auto other = pool;
  other.preload.clear();
  other.command = {"program"};
  auto request =
      ask(actor, atom::reload_v, context(other), reload_scope::where_different);
  BOOST_TEST(starter->rests == 0u);
  boots(2);
  BOOST_TEST(starter->rests == 1u);
  boots(3);
  BOOST_TEST(answer_of<quantity>(request) == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
