#include "actors/cluster/view.hpp"
#include "actors/cluster/routing.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::cluster;

namespace views {

view::table make_table() {
  view::table t;
  t.nodes["beta"] = {node_state::up, node_incarnation{1}};
  t.nodes["gamma"] = {node_state::leaving, node_incarnation{1}};
  t.pools["p"] = {{"beta", {2, 0, 1, 3}}, {"gamma", {5, 0, 0, 5}}};
  t.pools["q"] = {{"gamma", {1, 0, 0, 1}}};
  return t;
}

} // namespace views

BOOST_AUTO_TEST_SUITE(views)

BOOST_AUTO_TEST_CASE(a_node_alone_knows_nobody) {
  view v{"alpha"};
  BOOST_TEST(!v.knows("beta"));
  BOOST_TEST(!v.runs("p"));
  BOOST_TEST(v.room_elsewhere("p") == 0u);
  BOOST_TEST(!v.prefers_elsewhere("p", "k"));
}

BOOST_AUTO_TEST_CASE(room_is_that_of_nodes_which_take_calls) {
  view v{"alpha"};
  v.set(make_table());
  BOOST_TEST(v.knows("gamma"));
  BOOST_TEST(v.runs("q"));
  BOOST_TEST(v.room_elsewhere("p") == 2u);
  BOOST_TEST(v.room_elsewhere("q") == 0u);
  BOOST_TEST((v.get()->state_of("omega") == node_state::down));
}

BOOST_AUTO_TEST_CASE(a_terminal_is_one_only_where_it_is) {
  view v{"alpha"};
  auto t = make_table();
  t.pools["shell"] = {{"beta", {}, true}, {"gamma", {}, false}};
  v.set(std::move(t));
  BOOST_TEST(v.has_terminal("shell", "beta"));
  BOOST_TEST(!v.has_terminal("shell", "gamma"));
  BOOST_TEST(!v.has_terminal("shell", "omega"));
  BOOST_TEST(!v.has_terminal("p", "beta"));
}

BOOST_AUTO_TEST_CASE(calls_are_taken_by_nodes_that_are_up) {
  view v{"alpha"};
  v.set(make_table());
  BOOST_TEST(v.takes_calls("p"));
  BOOST_TEST(!v.takes_calls("q")); // its node leaves
  BOOST_TEST(!v.takes_calls("none"));
}

BOOST_AUTO_TEST_CASE(a_suspect_node_takes_calls_but_has_no_room_to_offer) {
  view v{"alpha"};
  auto t = make_table();
  t.nodes["beta"].state = node_state::suspect;
  auto place = t.pools["p"].front();
  BOOST_TEST(!t.takes_calls(place));
  BOOST_TEST(t.is_last_resort(place));
  v.set(std::move(t));
  BOOST_TEST(v.takes_calls("p"));
  BOOST_TEST(v.room_elsewhere("p") == 0u);
}

BOOST_AUTO_TEST_CASE(a_snapshot_stays_as_it_was) {
  view v{"alpha"};
  v.set(make_table());
  auto before = v.get();
  v.set({});
  BOOST_TEST(before->places_of("p").size() == 2u);
  BOOST_TEST(v.get()->places_of("p").empty());
}

BOOST_AUTO_TEST_CASE(two_nodes_agree_on_whose_a_key_is) {
  view alpha{"alpha"};
  view beta{"beta"};
  view::table of_alpha;
  of_alpha.nodes["beta"] = {node_state::up, {}};
  of_alpha.pools["p"] = {{"beta", {}}};
  view::table of_beta;
  of_beta.nodes["alpha"] = {node_state::up, {}};
  of_beta.pools["p"] = {{"alpha", {}}};
  alpha.set(std::move(of_alpha));
  beta.set(std::move(of_beta));
  auto at_beta = 0;
  for (int i = 0; i < 200; ++i) {
    auto key = std::to_string(i);
    BOOST_TEST(alpha.prefers_elsewhere("p", key) != beta.prefers_elsewhere("p", key));
    at_beta += alpha.prefers_elsewhere("p", key);
  }
  BOOST_TEST(at_beta > 60);
  BOOST_TEST(at_beta < 140);
}

BOOST_AUTO_TEST_SUITE_END()
