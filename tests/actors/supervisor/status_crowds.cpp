// Proves that a look at a pool asks few workers at a time, however many there are.
#include "tests/actors/supervisor/support_supervisor.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace status_crowds {

constexpr size_t many = 3 * status_rounds::most_asked;

struct status_crowd : supervisor_fixture {
  status_crowd() {
    pool.size = many;
    start_ready();
  }

  /// Asks SUPERVISOR, which asks its first workers.
  auto begin() {
    auto request = self->request(actor, caf::infinite, atom::status_v);
    sched.run_once();
    return request;
  }
};

} // namespace status_crowds

BOOST_FIXTURE_TEST_SUITE(looks_at_crowds, status_crowds::status_crowd)

BOOST_AUTO_TEST_CASE(few_workers_are_asked_at_once_and_all_in_the_end) {
  auto request = begin();
  BOOST_TEST(sched.jobs.size() == status_rounds::most_asked);
  run();
  auto told = answer_of<pool_status>(request);
  BOOST_TEST_REQUIRE(told.replicas.size() == status_crowds::many);
  for (auto& r : told.replicas)
    BOOST_TEST((r.worker.state == shown_state::ready));
}

BOOST_AUTO_TEST_CASE(once_the_time_is_over_no_other_worker_is_asked) {
  auto request = begin();
  sched.advance_time(1s);
  run();
  auto told = answer_of<pool_status>(request);
  BOOST_TEST(told.replicas.size() == status_crowds::many);
  BOOST_TEST((told.replicas.back().worker.state == shown_state::down));
}

BOOST_AUTO_TEST_SUITE_END()
