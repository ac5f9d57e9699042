// A node that stops: what waits goes to other nodes, what is there comes back first.
#include "protocol/base/cluster_limits.hpp"
#include "tests/actors/cluster/support_cluster.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace route_drain {

struct leaving_node : cluster_fixture {
  leaving_node() {
    add_pool("alpha", "p");
    add_pool("beta", "p");
    add_pool("beta", "far");
    connect("alpha", "beta");
    tell_views();
  }

  pool_side& pool_of(const std::string& node, const std::string& named) {
    return at(node).pools.at(named);
  }
};

} // namespace route_drain

BOOST_FIXTURE_TEST_SUITE(route_drain, leaving_node)

BOOST_AUTO_TEST_CASE(a_call_that_waits_in_a_pool_that_ends_runs_at_another_node) {
  tell_view("alpha", {{"beta", node_state::suspect}}); // else it would not wait here
  submit("alpha", "p", 1);
  submit("alpha", "p", 2);
  tell_view("alpha");
  auto drained = ask(pool_of("alpha", "p").broker, atom::drain_v);
  BOOST_TEST(payloads(pool_of("beta", "p")) == std::vector<uint64_t>{2},
             boost::test_tools::per_element());
  answer(pool_of("beta", "p"), 0, "there");
  answer(pool_of("alpha", "p"), 0, "here");
  BOOST_TEST(sink->result(1) == "here");
  BOOST_TEST(sink->result(2) == "there");
  answer_of<atom::drain>(drained);
}

BOOST_AUTO_TEST_CASE(a_node_stops_when_other_nodes_have_answered_its_callers) {
  submit("alpha", "far", 1);
  auto drained = ask(at("alpha").route, atom::drain_v);
  advance(10 * limits::drain_look);
  BOOST_TEST(!has_answer());
  answer(pool_of("beta", "far"), 0, "back");
  advance(2 * limits::drain_look);
  BOOST_TEST(sink->result(1) == "back");
  answer_of<atom::drain>(drained);
}

BOOST_AUTO_TEST_CASE(new_calls_are_refused_meanwhile) {
  submit("alpha", "far", 1);
  auto drained = ask(at("alpha").route, atom::drain_v);
  submit("alpha", "far", 2);
  BOOST_TEST(sink->error(2).what == code::shutting_down);
  kill(at("beta").gate);
  advance(2 * limits::drain_look);
  BOOST_TEST(sink->error(1).what == code::node_down);
  answer_of<atom::drain>(drained);
}

BOOST_AUTO_TEST_CASE(callers_that_do_not_read_hold_up_nobody) {
  sink->behind = true;
  submit("alpha", "far", 1);
  auto drained = ask(at("alpha").route, atom::drain_v);
  advance(2 * limits::drain_look);
  BOOST_TEST(sink->error(1).what == code::shutting_down);
  answer_of<atom::drain>(drained);
}

BOOST_AUTO_TEST_CASE(nor_do_their_calls_that_wait_behind_others_of_them) {
  slots = [](std::string_view) { return 1; };
  for (uint64_t i = 1; i <= 20; ++i)
    submit("alpha", "far", i);
  auto drained = ask(at("alpha").route, atom::drain_v);
  advance(2 * limits::drain_look);
  BOOST_TEST(!has_answer());
  sink->behind = true;
  for (size_t i = 0; i < 1 + limits::caller_calls_ahead; ++i)
    answer(pool_of("beta", "far"), i, "back");
  BOOST_TEST(sink->count(20) == 0u);
  advance(2 * limits::drain_look);
  answer_of<atom::drain>(drained);
  caf::anon_send_exit(at("alpha").links.at("beta"), caf::exit_reason::user_shutdown);
  run();
  BOOST_TEST(sink->error(20).what == code::shutting_down);
}

BOOST_AUTO_TEST_SUITE_END()
