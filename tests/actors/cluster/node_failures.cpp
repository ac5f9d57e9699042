// What becomes of calls when a node goes, is cut off, or is drained.
#include "actors/cluster/call_results.hpp"
#include "protocol/base/cluster_limits.hpp"
#include "tests/actors/cluster/support_cluster.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace node_failures {

/// `beta` and `gamma` run `p`; `alpha` does not.
struct three_nodes : cluster_fixture {
  three_nodes() {
    add_pool("beta", "p");
    add_pool("gamma", "p");
    at("alpha");
    connect("alpha", "beta");
    connect("alpha", "gamma");
    connect("beta", "gamma");
    tell_views();
  }

  pool_side& pool_at(const std::string& node) { return at(node).pools.at("p"); }
  size_t jobs_at(const std::string& node) { return pool_at(node).record->jobs.size(); }
  /// Returns the node that got a call first.
  std::string first() { return jobs_at("beta") > 0 ? "beta" : "gamma"; }
  std::string other(const std::string& node) { return node == "beta" ? "gamma" : "beta"; }

  /// Adds more nodes than a call is tried at, with a pool `q` of one worker each.
  void add_many() {
    for (auto& node : many) {
      add_pool(node, "q");
      connect("alpha", node);
    }
    tell_view("alpha");
  }
  /// Returns how often calls were sent to one of them.
  size_t times_sent() {
    size_t sum = 0;
    for (auto& node : many)
      sum += *at(node).call_messages;
    return sum;
  }
  const std::vector<std::string> many = {"n1", "n2", "n3", "n4", "n5", "n6"};
};

} // namespace node_failures

BOOST_FIXTURE_TEST_SUITE(node_failures, three_nodes)

BOOST_AUTO_TEST_CASE(an_idempotent_call_runs_elsewhere_when_its_node_is_gone) {
  auto c = make(1);
  c.idempotent = true;
  submit("alpha", "p", 1, c);
  auto gone = first();
  kill(at(gone).gate);
  BOOST_TEST(jobs_at(other(gone)) == 1u);
  answer(pool_at(other(gone)), 0, "[1]");
  BOOST_TEST(sink->result(1) == "[1]");
  BOOST_TEST(sink->count(1) == 1u);
}

BOOST_AUTO_TEST_CASE(any_other_call_ends_with_node_down_and_never_runs_twice) {
  submit("alpha", "p", 1);
  auto gone = first();
  kill(at(gone).gate);
  BOOST_TEST(sink->error(1).what == code::node_down);
  BOOST_TEST(sink->error(1).message.find(gone) != std::string::npos);
  BOOST_TEST(jobs_at(other(gone)) == 0u);
}

BOOST_AUTO_TEST_CASE(an_idempotent_call_is_not_run_elsewhere_if_it_may_not_be) {
  auto streamed = make(1);
  streamed.idempotent = true;
  streamed.stream = true;
  submit("alpha", "p", 1,
         streamed); // nothing but that it is streamed ties it to its node
  auto gone = first();
  auto addressed = make(2);
  addressed.idempotent = true;
  submit("alpha", "p@" + gone, 2, addressed);
  kill(at(gone).gate);
  BOOST_TEST(sink->error(1).what == code::node_down);
  BOOST_TEST(sink->error(2).what == code::node_down);
  BOOST_TEST(jobs_at(other(gone)) == 0u);
}

BOOST_AUTO_TEST_CASE(with_no_other_node_an_idempotent_call_ends_with_node_down) {
  kill(at("gamma").gate);
  tell_view("alpha", {{"gamma", node_state::down}});
  auto c = make(1);
  c.idempotent = true;
  submit("alpha", "p", 1, c);
  kill(at("beta").gate);
  BOOST_TEST(sink->error(1).what == code::node_down);
}

BOOST_AUTO_TEST_CASE(a_link_that_is_down_is_reported_and_gone) {
  auto link = caf::actor_cast<caf::actor_addr>(at("alpha").links.at("beta"));
  auto& seen = *at("alpha").seen;
  BOOST_TEST(seen.condition_of("beta") == "up");
  kill(at("beta").gate);
  BOOST_TEST(seen.condition_of("beta") == "down");
  BOOST_TEST(seen.reports.back().why.what == code::node_down);
  submit("alpha", "p@beta", 1);
  BOOST_TEST(sink->error(1).what == code::node_down);
}

BOOST_AUTO_TEST_CASE(a_node_that_leaves_gives_calls_back_and_they_run_elsewhere) {
  tell(at("beta").gate, atom::leave_v);
  for (uint64_t i = 1; i <= 4; ++i)
    submit("alpha", "p", i);
  BOOST_TEST(jobs_at("beta") == 0u);
  for (size_t i = 0; i < 4; ++i)
    answer(pool_at("gamma"), i, "1");
  for (uint64_t i = 1; i <= 4; ++i)
    BOOST_TEST(sink->result(i) == "1");
}

BOOST_AUTO_TEST_CASE(a_node_that_leaves_answers_operations_to_the_end) {
  auto& beta = at("beta");
  auto table = *beta.names.get();
  auto node = keep(sys.spawn([]() -> callee_actor::behavior_type {
    return {
        [](submissions& all) {
          for (auto& s : all)
            s.sink->settle(s.tag, outcome{shared_bytes{std::string{"health"}}});
        },
        [](atom::cancel, const reply_sink_ptr&, tag_id) {},
        [](atom::forget, const reply_sink_ptr&) {},
        [](atom::writable, const reply_sink_ptr&) {},
        [](const call&) { return outcome{}; },
    };
  }));
  table.try_emplace("$node", node);
  beta.names.set(std::move(table));
  tell(beta.gate, atom::leave_v);
  submit("alpha", "$node@beta", 1);
  BOOST_TEST(sink->result(1) == "health");
}

BOOST_AUTO_TEST_CASE(a_call_for_a_node_that_leaves_is_told_so) {
  tell(at("beta").gate, atom::leave_v);
  submit("alpha", "p@beta", 1);
  BOOST_TEST(sink->error(1).what == code::shutting_down);
}

BOOST_AUTO_TEST_CASE(a_call_that_every_node_gives_back_ends) {
  tell(at("beta").gate, atom::leave_v);
  tell(at("gamma").gate, atom::leave_v);
  submit("alpha", "p", 1);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->error(1).what == code::shutting_down);
}

BOOST_AUTO_TEST_CASE(a_call_goes_on_once_if_its_pool_has_moved) {
  // Alpha believes that beta runs `q`, which runs at gamma by now.
  add_pool("gamma", "q");
  tell_view("beta");
  view::table stale;
  stale.nodes["beta"] = {node_state::up, node_incarnation{1}};
  stale.pools["q"].push_back({"beta", {1, 0, 0, 1}});
  at("alpha").others->set(std::move(stale));
  submit("alpha", "q", 1);
  auto& q = at("gamma").pools.at("q");
  BOOST_TEST_REQUIRE(q.record->jobs.size() == 1u);
  answer(q, 0, "[1]");
  BOOST_TEST(sink->result(1) == "[1]");
  BOOST_TEST(good_in(sink->all[1].front())->worker.str() == "w.0@gamma");
}

BOOST_AUTO_TEST_CASE(a_call_is_not_sent_round_in_circles) {
  // Each of the two believes that the other runs `q`.
  for (auto [node, peer] :
       {std::pair{"alpha", "beta"}, {"beta", "gamma"}, {"gamma", "beta"}}) {
    view::table t;
    t.nodes[peer] = {node_state::up, node_incarnation{1}};
    t.pools["q"].push_back({peer, {1, 0, 0, 1}});
    at(node).others->set(std::move(t));
  }
  submit("alpha", "q", 1);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->error(1).what == code::pool_not_found);
  BOOST_TEST(*at("beta").call_messages == 1u);
  BOOST_TEST(*at("gamma").call_messages == 1u);
  BOOST_TEST(*at("alpha").call_messages == 0u);
}

BOOST_AUTO_TEST_CASE(a_call_that_is_given_back_is_tried_at_a_few_nodes_each_once) {
  add_many();
  for (auto& node : many)
    tell(at(node).gate, atom::leave_v);
  submit("alpha", "q", 1);
  BOOST_TEST(sink->error(1).what == code::shutting_down);
  BOOST_TEST(times_sent() == size_t{limits::call_attempts});
  for (auto& node : many)
    BOOST_TEST(*at(node).call_messages <= 1u);
}

BOOST_AUTO_TEST_CASE(a_call_for_one_worker_is_tried_until_a_node_has_that_worker) {
  add_many();
  pool.size = 4;
  auto& big = add_pool("omega", "q");
  auto fourth = std::make_shared<worker_record>();
  auto worker = make_worker(fourth);
  tell(big.broker, atom::join_v, member{worker, 3, incarnation_id{2}, 1});
  connect("alpha", "omega");
  tell_view("alpha");
  for (uint64_t i = 1; i <= 10; ++i) {
    submit("alpha", "q.3", i);
    BOOST_TEST_REQUIRE(fourth->jobs.size() == i);
    instruct(worker, fourth, [=](worker_actor::pointer) {
      fourth->jobs.back().answer.deliver(
          outcome{shared_bytes{std::string{"4"}}, shared_bytes{std::string{"q.3"}}});
    });
    BOOST_TEST(sink->result(i) == "4");
  }
}

BOOST_AUTO_TEST_CASE(a_call_for_a_worker_that_no_node_has_was_tried_at_each_once) {
  add_many();
  submit("alpha", "q.3", 1);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->error(1).what == code::worker_not_found);
  BOOST_TEST(sink->error(1).message
             == "no worker q.3: none of the 6 nodes that take calls of the pool has so "
                "many");
  for (auto& node : many)
    BOOST_TEST(*at(node).call_messages == 1u);
}

BOOST_AUTO_TEST_CASE(no_new_calls_are_given_to_a_node_that_is_suspect) {
  tell_view("alpha", {{"beta", node_state::suspect}});
  for (uint64_t i = 1; i <= 3; ++i)
    submit("alpha", "p", i);
  BOOST_TEST(jobs_at("beta") == 0u);
  BOOST_TEST(jobs_at("gamma") == 1u); // the others wait there
}

BOOST_AUTO_TEST_CASE(a_call_that_only_a_suspect_node_can_run_is_sent_there) {
  tell_view("alpha", {{"beta", node_state::suspect}, {"gamma", node_state::down}});
  submit("alpha", "p", 1);
  BOOST_TEST(jobs_at("beta") == 1u);
  answer(pool_at("beta"), 0, "[1]");
  BOOST_TEST(sink->result(1) == "[1]");
  submit("alpha", "p@beta", 2);
  BOOST_TEST(jobs_at("beta") == 2u);
}

BOOST_AUTO_TEST_CASE(a_suspect_node_is_tried_after_those_that_gave_a_call_back) {
  tell_view("alpha", {{"beta", node_state::suspect}});
  tell(at("gamma").gate, atom::leave_v);
  submit("alpha", "p", 1);
  BOOST_TEST(jobs_at("beta") == 1u);
}

BOOST_AUTO_TEST_CASE(calls_with_one_key_go_to_one_node_from_every_node) {
  for (uint64_t i = 1; i <= 10; ++i) {
    auto from = std::array{"alpha", "beta", "gamma"}[i % 3];
    auto c = make(i);
    c.key = "customer-7";
    submit(from, "p", i, c);
    auto& p = pool_at(first());
    answer(p, p.record->jobs.size() - 1, "1");
    BOOST_TEST(sink->result(i) == "1");
  }
  BOOST_TEST(jobs_at(other(first())) == 0u);
}

BOOST_AUTO_TEST_CASE(calls_of_a_client_that_does_not_read_wait_until_it_reads) {
  sink->behind = true;
  submit("alpha", "p", 1);
  submit("alpha", "p", 2);
  BOOST_TEST(jobs_at("beta") + jobs_at("gamma") == 0u);
  cancel("alpha", 2);
  BOOST_TEST(sink->error(2).what == code::cancelled);
  sink->behind = false;
  tell(at("alpha").route, atom::writable_v, reply_sink_ptr{sink});
  BOOST_TEST(jobs_at("beta") + jobs_at("gamma") == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
