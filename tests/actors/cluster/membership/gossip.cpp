#include "actors/cluster/membership/gossip.hpp"

#include <boost/test/unit_test.hpp>

namespace gossip_of_nodes {

using namespace troupe;
using namespace troupe::membership;
using cluster::link_member;
using cluster::link_view;
using cluster::pool_figures;

own_pool pool(uint64_t number, std::string name, uint32_t free, uint32_t waiting = 0) {
  return {pool_number{number}, std::move(name), {free, waiting, 0, 100}};
}

const std::vector<link_member> nobody;

} // namespace gossip_of_nodes

BOOST_AUTO_TEST_SUITE(gossip_of_nodes)

BOOST_AUTO_TEST_CASE(a_pool_is_named_once_and_then_told_of_by_its_number) {
  told_to_peer told;
  auto first = told.next(nobody, {pool(1, "echo", 100), pool(2, "sum", 3)});
  BOOST_TEST_REQUIRE(first.has_value());
  BOOST_TEST_REQUIRE(first->pools.size() == 2u);
  BOOST_TEST(first->pools[0].name == "echo");
  auto second = told.next(nobody, {pool(1, "echo", 10), pool(2, "sum", 3)});
  BOOST_TEST_REQUIRE(second.has_value());
  BOOST_TEST_REQUIRE(second->pools.size() == 1u);
  BOOST_TEST(second->pools[0].name == "");
  BOOST_TEST(second->pools[0].number == 1u);
  BOOST_TEST(second->pools[0].load.free == 10u);
}

BOOST_AUTO_TEST_CASE(a_pool_of_terminals_is_known_as_one) {
  told_to_peer told;
  heard_from_peer heard;
  auto shell = pool(1, "shell", 1);
  shell.has_terminal = true;
  BOOST_TEST(heard.take(told.next(nobody, {shell, pool(2, "echo", 1)}).value()));
  BOOST_TEST(heard.pools().at(pool_number{1}).has_terminal);
  BOOST_TEST(!heard.pools().at(pool_number{2}).has_terminal);
}

BOOST_AUTO_TEST_CASE(what_has_hardly_changed_is_not_told) {
  told_to_peer told;
  told.next(nobody, {pool(1, "echo", 100)});
  BOOST_TEST(!told.next(nobody, {pool(1, "echo", 100)}));
  BOOST_TEST(!told.next(nobody, {pool(1, "echo", 75)}));
  // It is compared with what the peer knows, not with the last look.
  BOOST_TEST(told.next(nobody, {pool(1, "echo", 74)}).has_value());
}

BOOST_AUTO_TEST_CASE(that_room_ends_or_calls_wait_is_always_told) {
  BOOST_TEST(differs_much(pool_figures{1, 0, 9, 10}, pool_figures{0, 0, 10, 10}));
  BOOST_TEST(differs_much(pool_figures{0, 0, 10, 10}, pool_figures{0, 1, 10, 10}));
  BOOST_TEST(differs_much(pool_figures{0, 4, 10, 10}, pool_figures{0, 4, 10, 11}));
  BOOST_TEST(!differs_much(pool_figures{0, 4, 10, 10}, pool_figures{0, 5, 10, 10}));
}

BOOST_AUTO_TEST_CASE(a_pool_that_goes_is_told_once) {
  told_to_peer told;
  told.next(nobody, {pool(1, "echo", 1)});
  auto gone = told.next(nobody, {});
  BOOST_TEST_REQUIRE(gone.has_value());
  BOOST_TEST_REQUIRE(gone->gone.size() == 1u);
  BOOST_TEST(gone->gone[0] == 1u);
  BOOST_TEST(!told.next(nobody, {}));
}

BOOST_AUTO_TEST_CASE(members_are_told_when_one_of_them_changes) {
  told_to_peer told;
  std::vector<link_member> members{
      {"alpha", "a:1", node_incarnation{1}, cluster::node_state::up, "1"}};
  BOOST_TEST(told.next(members, {})->members.size() == 1u);
  BOOST_TEST(!told.next(members, {}));
  members[0].state = cluster::node_state::leaving;
  BOOST_TEST(told.next(members, {}).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_told_is_what_is_heard) {
  told_to_peer told;
  heard_from_peer heard;
  BOOST_TEST(heard.take(*told.next(nobody, {pool(1, "echo", 5), pool(2, "sum", 3)})));
  BOOST_TEST(heard.take(*told.next(nobody, {pool(2, "sum", 0, 7)})));
  BOOST_TEST_REQUIRE(heard.pools().size() == 1u);
  auto& sum = heard.pools().at(pool_number{2});
  BOOST_TEST(sum.name == "sum");
  BOOST_TEST(sum.load.free == 0u);
  BOOST_TEST(sum.load.waiting == 7u);
}

BOOST_AUTO_TEST_CASE(what_was_never_named_or_has_no_name_is_ignored) {
  heard_from_peer heard;
  link_view odd;
  odd.pools.push_back({pool_number{1}, "", {}});
  odd.pools.push_back({pool_number{2}, "no name", {}});
  odd.gone.push_back(pool_number{3});
  BOOST_TEST(!heard.take(odd));
  BOOST_TEST(heard.pools().empty());
}

BOOST_AUTO_TEST_CASE(a_pool_that_takes_longer_messages_than_before_is_told_of) {
  told_to_peer told;
  heard_from_peer heard;
  auto echo = pool(1, "echo", 1);
  heard.take(told.next(nobody, {echo}).value());
  BOOST_TEST(heard.largest_frame() == limits::peer_frame);
  echo.max_frame = 2 * limits::peer_frame;
  heard.take(told.next(nobody, {echo}).value());
  BOOST_TEST(heard.pools().at(pool_number{1}).max_frame == echo.max_frame);
  echo.max_frame = 1024;
  heard.take(told.next(nobody, {echo}).value());
  BOOST_TEST(heard.pools().at(pool_number{1}).max_frame == 1024u);
  BOOST_TEST(heard.largest_frame() == 2 * limits::peer_frame); // of all there ever were
}

BOOST_AUTO_TEST_CASE(no_pool_takes_more_than_may_be_configured) {
  heard_from_peer heard;
  link_view v;
  v.pools.push_back({pool_number{1}, "p", {}, false, UINT64_MAX});
  heard.take(v);
  BOOST_TEST(heard.largest_frame() == limits::largest_peer_frame);
}

BOOST_AUTO_TEST_CASE(what_a_node_reckons_with_is_told_when_it_grows) {
  told_to_peer told;
  BOOST_TEST(!told.next(nobody, {}));
  BOOST_TEST(told.next(nobody, {}, 2 * limits::peer_frame)->frame
             == 2 * limits::peer_frame);
  BOOST_TEST(!told.next(2 * limits::peer_frame));
  BOOST_TEST(!told.next(nobody, {}, limits::peer_frame));
  BOOST_TEST(told.next(3 * limits::peer_frame)->frame == 3 * limits::peer_frame);
}

BOOST_AUTO_TEST_SUITE_END()
