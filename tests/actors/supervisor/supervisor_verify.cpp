// Proves that `verify` finds data of a SUPERVISOR that do not fit together. That it finds
// nothing after any message is shown by all the other tests (support_supervisor.hpp).
#include "tests/actors/supervisor/support_incarnations.hpp"
#include "tests/actors/supervisor/support_supervisor.hpp"

using namespace troupe;
using namespace troupe::supervisor;
using namespace troupe::testing;

namespace supervisor_invariants {

/// One worker that is starting.
struct verified_state : supervisor_state {
  verified_state()
    : supervisor_state(nullptr)
    , s(two_replicas()) {
    pool = std::make_shared<pool_context>();
    s.plan.apply(replica_event::opened);
    s.plan.apply(replica_event::filled);
    s.current = numbered(1);
    replicas.living.add(incarnation_id{1}, 101, 0);
    starts.began();
    BOOST_TEST(!verify().has_value());
  }

  replica& two_replicas() {
    replicas.set_size(2);
    return replicas.at(0);
  }

  replica& s;
};

} // namespace supervisor_invariants

BOOST_FIXTURE_TEST_SUITE(supervisor_invariants, verified_state)

BOOST_AUTO_TEST_CASE(a_wrong_count_of_starting_workers_is_found) {
  s.current->ready = true;
  BOOST_TEST(verify().has_value());
  starts.through();
  BOOST_TEST(!verify().has_value());
}

BOOST_AUTO_TEST_CASE(a_replica_that_waits_for_a_line_it_is_not_in_is_found) {
  auto& other = replicas.at(1);
  other.plan.apply(replica_event::opened);
  other.plan.queue({});
  BOOST_TEST(verify().has_value());
  starts.join(1);
  BOOST_TEST(!verify().has_value());
}

BOOST_AUTO_TEST_CASE(what_is_wrong_in_a_part_is_found) {
  stops.add({incarnation_id{7}}, [](uint64_t) {});
  BOOST_TEST(verify().has_value());
  stops.ended(incarnation_id{7});
  planned.roll.emplace();
  BOOST_TEST(verify().has_value());
  planned.roll.reset();
  BOOST_TEST(!verify().has_value());
  replicas.living.remove(101);
  BOOST_TEST(verify().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
