#include "actors/cluster/routing.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

using namespace troupe;
using namespace troupe::cluster;
using namespace std::chrono_literals;

namespace routing {

/// Picks these, one after the other.
random_below picks(std::vector<size_t> all) {
  return [all = std::move(all), i = size_t{0}](size_t below) mutable {
    return all[i++ % all.size()] % below;
  };
}

std::string name_of(const candidate* c) {
  return c ? std::string{c->node} : "none";
}

} // namespace routing

BOOST_AUTO_TEST_SUITE(routing)

BOOST_AUTO_TEST_CASE(nobody_is_chosen_of_nobody) {
  BOOST_TEST(name_of(choose({}, picks({0}))) == "none");
  BOOST_TEST(name_of(choose_for_key({}, "k")) == "none");
}

BOOST_AUTO_TEST_CASE(of_two_nodes_with_room_the_less_busy_one_gets_the_call) {
  std::vector<candidate> all = {
      {"a", {1, 0, 7, 8}}, {"b", {6, 0, 2, 8}}, {"c", {8, 0, 0, 8}}};
  BOOST_TEST(name_of(choose(all, picks({0, 0}))) == "b"); // a and b are looked at
  BOOST_TEST(name_of(choose(all, picks({1, 0}))) == "b"); // b and a
  BOOST_TEST(name_of(choose(all, picks({0, 1}))) == "c"); // a and c
}

BOOST_AUTO_TEST_CASE(a_node_is_never_compared_with_itself) {
  std::vector<candidate> all = {{"a", {1, 0, 7, 8}}, {"b", {6, 0, 2, 8}}};
  for (size_t i = 0; i < 4; ++i)
    for (size_t j = 0; j < 4; ++j)
      BOOST_TEST(name_of(choose(all, picks({i, j}))) == "b");
}

BOOST_AUTO_TEST_CASE(a_node_without_room_is_passed_over_as_long_as_one_has_room) {
  std::vector<candidate> all = {{"a", {0, 0, 1, 1}}, {"b", {1, 50, 7, 8}}};
  BOOST_TEST(name_of(choose(all, picks({0}))) == "b");
}

BOOST_AUTO_TEST_CASE(without_room_anywhere_the_shorter_wait_decides) {
  std::vector<candidate> all = {
      {"a", {0, 10, 2, 2}}, {"b", {0, 30, 10, 10}}, {"c", {0, 0, 0, 0}}};
  BOOST_TEST(name_of(choose(all, picks({0}))) == "b"); // 3 waiting a slot, not 5
  BOOST_TEST(has_shorter_wait({0, 0, 0, 1}, {0, 0, 0, 0}));
  BOOST_TEST(!has_shorter_wait({0, 0, 0, 0}, {0, 0, 0, 0}));
}

BOOST_AUTO_TEST_CASE(calls_that_a_node_does_not_tell_of_yet_take_its_room) {
  BOOST_TEST((with_sent({4, 0, 1, 5}, 1) == pool_figures{4, 0, 1, 5}));
  BOOST_TEST((with_sent({4, 0, 1, 5}, 3) == pool_figures{2, 0, 3, 5}));
  BOOST_TEST((with_sent({4, 0, 1, 5}, 9) == pool_figures{0, 4, 5, 5}));
}

BOOST_AUTO_TEST_CASE(a_key_has_one_node_whoever_else_comes_and_goes) {
  std::vector<candidate> three = {{"a", {}}, {"b", {}}, {"c", {}}};
  std::vector<candidate> turned = {{"c", {}}, {"a", {}}, {"b", {}}};
  std::vector<candidate> two = {{"a", {}}, {"b", {}}};
  std::map<std::string, int> share;
  for (int i = 0; i < 3000; ++i) {
    auto key = "key-" + std::to_string(i);
    auto at = name_of(choose_for_key(three, key));
    ++share[at];
    BOOST_TEST(at == name_of(choose_for_key(turned, key)));
    if (at != "c")
      BOOST_TEST(at == name_of(choose_for_key(two, key)));
  }
  for (auto& [node, n] : share)
    BOOST_TEST(n > 900, node << ": " << n);
}

BOOST_AUTO_TEST_CASE(affinity_is_the_same_number_for_ever) {
  // Nodes of all versions and hosts must agree on it.
  BOOST_TEST(node_affinity("k", "alpha") != node_affinity("alpha", "k"));
  BOOST_TEST(node_affinity("customer-7", "beta") == 12943380588305058491U);
}

BOOST_AUTO_TEST_CASE(a_call_runs_elsewhere_only_if_it_cannot_run_twice_or_may) {
  auto now = steady_clock::now();
  call c;
  c.taken = now;
  BOOST_TEST(may_run_elsewhere(c, false, now));
  BOOST_TEST(!may_run_elsewhere(c, true, now));
  c.idempotent = true;
  BOOST_TEST(may_run_elsewhere(c, true, now));
  c.stream = true;
  BOOST_TEST(!may_run_elsewhere(c, true, now));
  BOOST_TEST(may_run_elsewhere(c, false, now));
  c.timeout = 10ms;
  BOOST_TEST(may_run_elsewhere(c, false, now + 9ms));
  BOOST_TEST(!may_run_elsewhere(c, false, now + 10ms));
  c.timeout.reset();
  c.node = "beta";
  BOOST_TEST(!may_run_elsewhere(c, false, now));
}

BOOST_AUTO_TEST_CASE(a_call_counts_the_nodes_that_it_goes_to) {
  call c;
  c.pool = "p";
  c.node = "beta";
  auto there = from_link_call(to_link_call(link_call_id{1}, c, "alpha"), "beta");
  BOOST_TEST(there.pool == "p");
  BOOST_TEST(there.node == "beta");
  BOOST_TEST(static_cast<int>(there.hops) == 1);
  BOOST_TEST(static_cast<int>(
                 from_link_call(to_link_call(link_call_id{1}, there, "beta"), "c").hops)
             == 2);
}

BOOST_AUTO_TEST_SUITE_END()
