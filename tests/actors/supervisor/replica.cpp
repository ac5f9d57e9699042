#include "actors/supervisor/replica.hpp"

#include "tests/actors/supervisor/support_incarnations.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::supervisor;
using namespace troupe::testing;

BOOST_AUTO_TEST_SUITE(replicas)

BOOST_AUTO_TEST_CASE(one_that_is_open_may_start_until_somebody_lives_there) {
  replica s;
  BOOST_TEST(!s.may_start());
  s.plan.apply(replica_event::opened);
  BOOST_TEST(s.may_start());
  s.current = numbered(1);
  BOOST_TEST(!s.may_start());
  s.current.reset();
  s.successor = numbered(2);
  BOOST_TEST(!s.may_start());
}

BOOST_AUTO_TEST_CASE(only_the_current_worker_without_a_successor_may_be_replaced) {
  auto s = open_replica(0);
  BOOST_TEST(!s.may_replace(incarnation_id{1}));
  s.current = numbered(1);
  BOOST_TEST(s.may_replace(incarnation_id{1}));
  BOOST_TEST(!s.may_replace(incarnation_id{2}));
  s.successor = numbered(2);
  BOOST_TEST(!s.may_replace(incarnation_id{1}));
  BOOST_TEST(!s.may_replace(incarnation_id{2}));
  s.successor.reset();
  s.plan.apply(replica_event::stopped);
  BOOST_TEST(!s.may_replace(incarnation_id{1}));
}

BOOST_AUTO_TEST_CASE(a_worker_works_from_ready_to_leaving) {
  auto s = open_replica(0);
  BOOST_TEST(!s.works());
  BOOST_TEST(!s.is_starting());
  s.current = numbered(1);
  BOOST_TEST(s.is_starting());
  s.current->ready = true;
  BOOST_TEST(s.works());
  BOOST_TEST(!s.is_starting());
  s.current->leaving = true;
  BOOST_TEST(!s.works());
}

BOOST_AUTO_TEST_CASE(a_successor_that_is_promoted_makes_the_worker_before_it_leave) {
  auto s = open_replica(0);
  s.current = numbered(1);
  s.successor = numbered(2);
  auto replaced = s.promote();
  BOOST_REQUIRE(replaced);
  BOOST_TEST(replaced->number == 1u);
  BOOST_TEST(replaced->leaving);
  BOOST_TEST(s.current->number == 2u);
  BOOST_TEST((s.occupancy() == replica_occupancy::occupied));
  BOOST_TEST(s.old.size() == 1u);
  s.current.reset();
  s.successor = numbered(3);
  BOOST_TEST((s.occupancy() == replica_occupancy::successor_only));
  BOOST_TEST(!s.promote());
  BOOST_TEST(!s.verify().has_value());
}

BOOST_AUTO_TEST_CASE(who_lives_there_is_found_and_taken_out_by_number) {
  auto s = open_replica(0);
  s.current = numbered(2);
  s.successor = numbered(3);
  s.old.push_back(numbered(1));
  using who = std::pair<uint64_t, replica::role>;
  for (auto [n, role] : {who{1, replica::role::old}, who{2, replica::role::current},
                         who{3, replica::role::successor}}) {
    incarnation_id id{n};
    BOOST_REQUIRE(s.find(id));
    BOOST_TEST(s.find(id)->number == n);
    auto gone = s.remove(id);
    BOOST_REQUIRE(gone.has_value());
    BOOST_TEST((gone->first == role));
    BOOST_TEST(gone->second.number == n);
    BOOST_TEST(!s.find(id));
    BOOST_TEST(!s.remove(id).has_value());
  }
  BOOST_TEST(s.is_vacant());
  BOOST_TEST(s.old.empty());
}

BOOST_AUTO_TEST_CASE(a_worker_in_a_replica_that_is_to_be_empty_must_be_leaving) {
  auto s = open_replica(0);
  s.current = numbered(1);
  BOOST_TEST(!s.verify().has_value());
  s.plan.apply(replica_event::closed);
  BOOST_TEST(s.verify().has_value());
  s.current->leaving = true;
  BOOST_TEST(!s.verify().has_value());
}

BOOST_AUTO_TEST_CASE(a_worker_in_a_replica_that_waits_for_a_start_is_found) {
  auto s = open_replica(0);
  s.plan.apply(replica_event::queued);
  BOOST_TEST(!s.verify().has_value());
  s.current = numbered(1);
  BOOST_TEST(s.verify().has_value());
}

BOOST_AUTO_TEST_CASE(an_event_that_could_not_happen_is_found) {
  auto s = open_replica(0);
  s.plan.apply(replica_event::opened);
  BOOST_TEST(s.verify().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
