#include "actors/supervisor/rolling_restart.hpp"

#include "actors/interfaces/pool_context.hpp"
#include "tests/actors/supervisor/support_incarnations.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::supervisor;
using namespace troupe::testing;
using namespace std::chrono_literals;
using step = rolling_restart::step;

namespace rolling_restarts {

struct rolling_fixture {
  rolling_fixture() {
    r.since = steady_clock::time_point{1h};
    r.todo = {0, 1};
  }

  /// Returns a ready worker under `context`, born so long after the restart began.
  incarnation born(std::chrono::milliseconds after, const pool_context_ptr& context) {
    auto w = numbered(1);
    w.born = r.since + after;
    w.context = context;
    w.ready = true;
    return w;
  }

  step next() const { return r.next_step(s, pool); }

  rolling_restart r;
  pool_context_ptr pool = std::make_shared<pool_context>();
  replica s = open_replica(0);
};

} // namespace rolling_restarts

BOOST_FIXTURE_TEST_SUITE(rolling_restarts, rolling_fixture)

BOOST_AUTO_TEST_CASE(an_older_worker_is_replaced_and_the_replacement_awaited) {
  s.current = born(-1ms, pool);
  BOOST_TEST((next() == step::replace));
  s.successor = numbered(2);
  BOOST_TEST((next() == step::wait));
  s.successor.reset();
  s.current = born(0ms, pool);
  BOOST_TEST((next() == step::done));
  s.current->ready = false;
  BOOST_TEST((next() == step::wait));
}

BOOST_AUTO_TEST_CASE(an_empty_replica_is_filled) {
  BOOST_TEST((next() == step::fill));
  s.plan.apply(replica_event::given_up);
  BOOST_TEST((next() == step::fill));
}

BOOST_AUTO_TEST_CASE(what_is_to_stay_empty_is_skipped) {
  s.current = born(-1ms, pool);
  s.plan.apply(replica_event::stopped);
  BOOST_TEST((next() == step::skip));
  s.plan.apply(replica_event::restarted);
  s.plan.apply(replica_event::closed);
  BOOST_TEST((next() == step::skip));
}

BOOST_AUTO_TEST_CASE(no_worker_is_new_enough_while_a_configuration_is_on_trial) {
  r.trial = std::make_shared<pool_context>();
  s.current = born(1ms, pool);
  BOOST_TEST((next() == step::replace));
  pool = std::exchange(r.trial, nullptr); // it was a success
  BOOST_TEST((next() == step::replace));  // but this one runs under the former
  s.current = born(1ms, pool);
  BOOST_TEST((next() == step::done));
}

BOOST_AUTO_TEST_CASE(it_is_the_turn_of_the_first) {
  BOOST_TEST(r.is_turn_of(s));
  BOOST_TEST(!r.is_turn_of(open_replica(1)));
  r.todo.clear();
  BOOST_TEST(!r.is_turn_of(s));
}

BOOST_AUTO_TEST_CASE(a_restart_of_nothing_or_of_a_replica_that_is_not_there_is_found) {
  BOOST_TEST(!r.verify(2).has_value());
  BOOST_TEST(r.verify(1).has_value());
  r.todo = {0, 0};
  BOOST_TEST(r.verify(2).has_value());
  r.todo.clear();
  BOOST_TEST(r.verify(2).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
