#include "actors/supervisor/replica_set.hpp"

#include "tests/actors/supervisor/support_incarnations.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::supervisor;
using namespace troupe::testing;

namespace replica_sets {

struct three : replica_set {
  three() { set_size(3); }

  /// A worker with this number, whose actor is 100 + `number`, lives in a replica.
  void live(uint64_t number, int32_t index) {
    at(index).plan.apply(replica_event::opened);
    at(index).current = numbered(number);
    living.add(incarnation_id{number}, 100 + number, index);
  }
};

} // namespace replica_sets

BOOST_FIXTURE_TEST_SUITE(replica_sets, three)

BOOST_AUTO_TEST_CASE(replicas_are_found_by_their_index) {
  BOOST_TEST(size() == 3u);
  BOOST_TEST(find(2)->index == 2);
  BOOST_TEST(!find(3));
  BOOST_TEST(!find(-1));
  BOOST_TEST(count_open() == 0u);
  at(1).plan.apply(replica_event::opened);
  BOOST_TEST(count_open() == 1u);
}

BOOST_AUTO_TEST_CASE(what_grows_while_all_is_stopped_is_stopped) {
  set_size(4);
  BOOST_TEST((at(3).plan.state() == replica_state::closed));
  for (auto& s : *this)
    s.plan.apply(replica_event::stopped);
  BOOST_TEST(all_stopped());
  set_size(5);
  BOOST_TEST((at(4).plan.state() == replica_state::closed_stopped));
  set_size(2); // none is taken away
  BOOST_TEST(size() == 5u);
}

BOOST_AUTO_TEST_CASE(
    those_that_a_smaller_pool_has_no_use_for_do_not_keep_it_from_being_stopped) {
  set_size(2);
  at(0).plan.apply(replica_event::stopped);
  BOOST_TEST(!all_stopped());
  at(1).plan.apply(replica_event::stopped);
  BOOST_TEST(all_stopped());
  set_size(4); // the third comes into use again
  BOOST_TEST((at(2).plan.state() == replica_state::closed_stopped));
  BOOST_TEST((at(3).plan.state() == replica_state::closed_stopped));
  BOOST_TEST(all_stopped());
}

BOOST_AUTO_TEST_CASE(an_incarnation_is_found_where_it_lives_until_it_ends) {
  live(7, 1);
  BOOST_TEST(of_incarnation(incarnation_id{7}) == &at(1));
  BOOST_TEST(find_incarnation(incarnation_id{7})->number == 7u);
  BOOST_TEST(!of_incarnation(incarnation_id{8}));
  BOOST_TEST(any_alive());
  BOOST_TEST(!living.remove(7).has_value()); // that is no actor
  auto gone = living.remove(107);
  BOOST_REQUIRE(gone.has_value());
  BOOST_TEST(gone->number == 7u);
  BOOST_TEST(gone->index == 1);
  BOOST_TEST(!of_incarnation(incarnation_id{7}));
  BOOST_TEST(!find_incarnation(incarnation_id{7}));
  BOOST_TEST(!any_alive());
  BOOST_TEST(!living.remove(107).has_value());
}

BOOST_AUTO_TEST_CASE(no_number_is_given_twice) {
  BOOST_TEST(living.next_number() == 1u);
  BOOST_TEST(living.next_number() == 2u);
}

BOOST_AUTO_TEST_CASE(all_that_live_are_visited) {
  live(1, 0);
  live(2, 1);
  at(1).successor = numbered(3);
  at(2).old.push_back(numbered(4));
  std::vector<uint64_t> seen;
  for_each([&](incarnation& w) { seen.push_back(w.number); });
  BOOST_TEST(seen == (std::vector<uint64_t>{1, 2, 3, 4}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_incarnation_that_is_known_elsewhere_or_not_at_all_is_found) {
  live(1, 0);
  BOOST_TEST(!verify().has_value());
  living.move(incarnation_id{1}, 2);
  BOOST_TEST(verify().has_value());
  living.move(incarnation_id{1}, 0);
  at(1).plan.apply(replica_event::opened);
  at(1).current = numbered(2);
  BOOST_TEST(verify().has_value());
  living.add(incarnation_id{2}, 102, 1);
  BOOST_TEST(!verify().has_value());
  at(1).current.reset();
  BOOST_TEST(verify().has_value());
}

BOOST_AUTO_TEST_CASE(an_incarnation_that_lives_twice_is_found) {
  live(1, 0);
  at(0).successor = numbered(1);
  BOOST_TEST(verify().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
