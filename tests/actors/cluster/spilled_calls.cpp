// A pool that runs at two nodes: calls that wait at one of them go to the other.
#include "actors/cluster/call_results.hpp"
#include "tests/actors/cluster/support_cluster.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace spilled_calls {

struct same_pool_twice : cluster_fixture {
  same_pool_twice() {
    add_pool("alpha", "p");
    add_pool("beta", "p");
    connect("alpha", "beta");
    tell_views();
  }

  pool_side& pool_at(const std::string& node) { return at(node).pools.at("p"); }
  size_t jobs_at(const std::string& node) { return pool_at(node).record->jobs.size(); }
};

} // namespace spilled_calls

BOOST_FIXTURE_TEST_SUITE(spilled_calls, same_pool_twice)

BOOST_AUTO_TEST_CASE(a_call_runs_here_as_long_as_there_is_room) {
  submit("alpha", "p", 1);
  BOOST_TEST(jobs_at("alpha") == 1u);
  BOOST_TEST(jobs_at("beta") == 0u);
}

BOOST_AUTO_TEST_CASE(a_call_without_room_here_runs_at_once_where_there_is_some) {
  submit("alpha", "p", 1);
  submit("alpha", "p", 2);
  BOOST_TEST(jobs_at("beta") == 1u);
  answer(pool_at("beta"), 0, "there");
  BOOST_TEST(sink->result(2) == "there");
}

BOOST_AUTO_TEST_CASE(a_call_without_room_anywhere_waits_here) {
  for (uint64_t i = 1; i <= 3;
       ++i) // alpha was told of room for one, which the second has
    submit("alpha", "p", i);
  BOOST_TEST(jobs_at("beta") == 1u);
  BOOST_TEST(pool_at("beta").load->waiting == 0u);
  BOOST_TEST(pool_at("alpha").load->waiting == 1u);
  answer(pool_at("alpha"), 0, "1");
  answer(pool_at("alpha"), 1, "3");
  BOOST_TEST(sink->result(3) == "3");
}

BOOST_AUTO_TEST_CASE(a_call_that_waits_here_after_that_can_be_taken_back) {
  for (uint64_t i = 1; i <= 3; ++i)
    submit("alpha", "p", i);
  tell(pool_at("alpha").broker, atom::cancel_v, reply_sink_ptr{sink}, tag_id{3});
  BOOST_TEST(sink->error(3).what == code::cancelled);
  BOOST_TEST(sink->count(3) == 1u);
}

BOOST_AUTO_TEST_CASE(a_call_that_waits_too_long_runs_at_the_other_node) {
  tell_view("alpha", {{"beta", node_state::suspect}}); // no room elsewhere
  submit("alpha", "p", 1);
  submit("alpha", "p", 2);
  tell_view("alpha");
  advance(40ms);
  BOOST_TEST(jobs_at("beta") == 0u);
  advance(20ms);
  BOOST_TEST(jobs_at("beta") == 1u);
  answer(pool_at("beta"), 0, "there");
  BOOST_TEST(sink->result(2) == "there");
}

BOOST_AUTO_TEST_CASE(a_spilled_call_can_be_taken_back_where_it_was_made) {
  submit("alpha", "p", 1);
  submit("alpha", "p", 2);
  advance(60ms);
  tell(pool_at("alpha").broker, atom::cancel_v, reply_sink_ptr{sink}, tag_id{2});
  BOOST_TEST(sink->error(2).what == code::cancelled);
  BOOST_TEST(pool_at("beta").record->cancelled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_spilled_call_of_a_client_that_left_leaves_its_worker) {
  submit("alpha", "p", 1);
  submit("alpha", "p", 2);
  advance(60ms);
  tell(pool_at("alpha").broker, atom::forget_v, reply_sink_ptr{sink});
  BOOST_TEST(pool_at("beta").record->cancelled.size() == 1u);
  BOOST_TEST(pool_at("alpha").record->cancelled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_idempotent_call_comes_home_when_the_other_node_is_gone) {
  submit("alpha", "p", 1);
  auto c = make(2);
  c.idempotent = true;
  submit("alpha", "p", 2, c);
  advance(60ms);
  BOOST_TEST(jobs_at("beta") == 1u);
  kill(at("beta").gate);
  tell_view("alpha", {{"beta", node_state::down}});
  BOOST_TEST(sink->count(2) == 0u);
  answer(pool_at("alpha"), 0, "1");
  answer(pool_at("alpha"), 1, "home");
  BOOST_TEST(sink->result(2) == "home");
}

BOOST_AUTO_TEST_CASE(a_call_that_came_home_can_be_taken_back) {
  submit("alpha", "p", 1);
  auto c = make(2);
  c.idempotent = true;
  submit("alpha", "p", 2, c);
  advance(60ms);
  kill(at("beta").gate);
  tell_view("alpha", {{"beta", node_state::down}});
  // Whoever looks for it asks the pool; whoever was told of ROUTE asks ROUTE.
  cancel("alpha", 2);
  BOOST_TEST(sink->error(2).what == code::cancelled);
  tell(pool_at("alpha").broker, atom::cancel_v, reply_sink_ptr{sink}, tag_id{77});
  BOOST_TEST(sink->count(77) == 0u); // and nobody asks in circles
}

BOOST_AUTO_TEST_CASE(a_call_for_this_node_waits_here) {
  submit("alpha", "p", 1);
  submit("alpha", "p@alpha", 2);
  advance(500ms);
  BOOST_TEST(jobs_at("beta") == 0u);
}

BOOST_AUTO_TEST_CASE(calls_wait_here_while_the_other_node_is_suspect) {
  tell_view("alpha", {{"beta", node_state::suspect}});
  submit("alpha", "p", 1);
  submit("alpha", "p", 2);
  advance(500ms);
  BOOST_TEST(jobs_at("beta") == 0u);
}

BOOST_AUTO_TEST_CASE(
    a_drained_pool_gives_its_calls_to_a_suspect_node_if_there_is_no_other) {
  tell_view("alpha", {{"beta", node_state::suspect}});
  tell(pool_at("alpha").broker, atom::refuse_v);
  submit("alpha", "p", 1);
  BOOST_TEST(jobs_at("beta") == 1u);
}

BOOST_AUTO_TEST_CASE(a_call_that_comes_home_by_way_of_another_node_ran_here) {
  auto c = make(1);
  c.key = "k";
  while (!at("alpha").others->prefers_elsewhere("p", c.key)) // the key is beta's
    c.key += 'k';
  tell(pool_at("beta").broker, atom::refuse_v);
  submit("alpha", "p", 1, c);
  BOOST_TEST(*at("beta").call_messages == 1u);
  BOOST_TEST_REQUIRE(jobs_at("alpha") == 1u);
  answer(pool_at("alpha"), 0, "home");
  BOOST_TEST(sink->result(1) == "home");
  BOOST_TEST(good_in(sink->all[1].front())->worker.str() == "w.0");
}

BOOST_AUTO_TEST_SUITE_END()
