#include "actors/interfaces/directory.hpp"

#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace directories {

struct two_others : remote_pools {
  bool knows(std::string_view node) const override {
    return node == "beta" || node == "gamma";
  }
  bool runs(std::string_view pool) const override { return pool == "p" || pool == "far"; }
  bool takes_calls(std::string_view pool) const override { return runs(pool); }
  uint32_t room_elsewhere(std::string_view) const override { return 1; }
  bool has_terminal(std::string_view, std::string_view) const override { return false; }
  bool prefers_elsewhere(std::string_view pool, std::string_view key) const override {
    return pool == "p" && key == "theirs";
  }
};

struct directory_fixture : fixture {
  directory_fixture() {
    names.set({{"p", broker}, {"$node", callee_actor{node}}});
    call_of = [this](std::string_view to) { return look(to).first; };
  }

  /// Returns who answers for `to`, or the code of the fault, and how the call is marked.
  std::pair<std::string, call> look(std::string_view to, std::string key = {}) {
    call c;
    c.key = std::move(key);
    auto table = names.get();
    auto found = names.find(*table, to, c);
    if (!found)
      return {to_string(found.error().what), c};
    return {*found == callee_actor{broker} ? "pool"
            : *found == route              ? "route"
                                           : "node",
            c};
  }

  void join_cluster() { names.set_route(route, std::make_shared<two_others>()); }

  std::shared_ptr<broker_record> record = std::make_shared<broker_record>();
  broker_actor broker = make_broker(record);
  callee_actor node = make_broker(std::make_shared<broker_record>());
  callee_actor route = make_broker(std::make_shared<broker_record>());
  directory names{"alpha"};
  std::function<std::string(std::string_view)> call_of;
};

} // namespace directories

BOOST_FIXTURE_TEST_SUITE(directories, directory_fixture)

BOOST_AUTO_TEST_CASE(a_node_alone_knows_its_own_pools_and_nobody_else) {
  BOOST_TEST(call_of("p") == "pool");
  BOOST_TEST(call_of("p.0") == "pool");
  BOOST_TEST(call_of("p@alpha") == "pool");
  BOOST_TEST(call_of("$node") == "node");
  BOOST_TEST(call_of("far") == "pool_not_found");
  BOOST_TEST(call_of("p@beta") == "not_found");
  BOOST_TEST(call_of("a b") == "bad_request");
  BOOST_TEST(look("p", "theirs").first == "pool");
}

BOOST_AUTO_TEST_CASE(in_a_cluster_route_answers_for_what_is_elsewhere) {
  join_cluster();
  BOOST_TEST(call_of("p") == "pool");
  auto [who, c] = look("p.3@beta");
  BOOST_TEST(who == "route");
  BOOST_TEST(c.pool == "p");
  BOOST_TEST(c.node == "beta");
  BOOST_TEST(c.worker == 3);
  auto [far, d] = look("far");
  BOOST_TEST(far == "route");
  BOOST_TEST(d.pool == "far");
  BOOST_TEST(d.node.empty());
  BOOST_TEST(call_of("$node@gamma") == "route");
  BOOST_TEST(call_of("p@omega") == "not_found");
  BOOST_TEST(call_of("nowhere") == "pool_not_found");
  BOOST_TEST(call_of("far@alpha") == "pool_not_found");
}

BOOST_AUTO_TEST_CASE(a_key_goes_to_its_node_even_if_the_pool_is_here_too) {
  join_cluster();
  auto [who, c] = look("p", "theirs");
  BOOST_TEST(who == "route");
  BOOST_TEST(c.pool == "p");
  BOOST_TEST(look("p", "ours").first == "pool");
  BOOST_TEST(look("p@alpha", "theirs").first == "pool"); // the caller insists
}

BOOST_AUTO_TEST_CASE(a_pool_that_a_stopping_node_gave_away_is_no_pool_that_never_was) {
  join_cluster();
  names.set({{"$node", callee_actor{node}}}); // others run `p`, too
  BOOST_TEST(call_of("p@alpha") == "pool_not_found");
  names.set_stopping();
  BOOST_TEST(call_of("p@alpha") == "shutting_down");
  BOOST_TEST(call_of("p.0@alpha") == "shutting_down");
  BOOST_TEST(call_of("p") == "route");
  BOOST_TEST(call_of("nowhere@alpha") == "pool_not_found");
  BOOST_TEST(call_of("nowhere") == "pool_not_found");
  BOOST_TEST((names.why_not_here("p").what == troupe::code::shutting_down));
}

BOOST_AUTO_TEST_CASE(a_call_that_names_this_node_is_marked) {
  BOOST_TEST(look("p@alpha").second.node == "alpha");
  BOOST_TEST(look("p").second.node.empty());
}

BOOST_AUTO_TEST_CASE(what_peers_ask_for_is_looked_up_here_alone) {
  join_cluster();
  auto table = names.get();
  call c;
  BOOST_TEST((names.find_here(*table, "p", c) == callee_actor{broker}));
  BOOST_TEST((names.find_here(*table, "$node", c) == node));
  BOOST_TEST(!names.find_here(*table, "far", c));
}

BOOST_AUTO_TEST_SUITE_END()
