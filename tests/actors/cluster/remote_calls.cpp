// Calls from one node to another, through ROUTE, LINK, GATE and BROKER.
#include "tests/actors/cluster/support_cluster.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace remote_calls {

/// `alpha` has no pool; `beta` runs `p` with one worker.
struct two_nodes : cluster_fixture {
  two_nodes() {
    add_pool("beta", "p");
    connect("alpha", "beta");
    tell_views();
  }

  pool_side& pool_at_beta() { return at("beta").pools.at("p"); }
  worker_record& worker_at_beta() { return *pool_at_beta().record; }
};

} // namespace remote_calls

BOOST_FIXTURE_TEST_SUITE(remote_calls, two_nodes)

BOOST_AUTO_TEST_CASE(
    a_call_runs_where_its_pool_is_and_its_worker_is_named_with_the_node) {
  submit("alpha", "p", 1);
  BOOST_TEST(payloads(pool_at_beta()) == std::vector<uint64_t>{1},
             boost::test_tools::per_element());
  answer(pool_at_beta(), 0, "[1]");
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->result(1) == "[1]");
  BOOST_TEST(good_in(sink->all[1].front())->worker.str() == "w.0@beta");
}

BOOST_AUTO_TEST_CASE(a_fault_comes_back_with_its_details) {
  submit("alpha", "p@beta", 1);
  fail(pool_at_beta(), 0,
       {code::worker_error,
        "no",
        {.worker = worker_facts{"w.0", 7}, .relayed = "\"a\":1"}});
  auto why = sink->error(1);
  BOOST_TEST(why.what == code::worker_error);
  BOOST_TEST(why.message == "no");
  BOOST_TEST(why.details.worker->name == "w.0@beta");
  BOOST_TEST(why.details.relayed == "\"a\":1");
}

BOOST_AUTO_TEST_CASE(all_that_a_call_says_is_the_same_at_the_other_node) {
  auto c = make(1);
  c.key = "k";
  c.priority = 7;
  c.timeout = 3s;
  c.stream = true;
  submit("alpha", "p.0@beta", 1, c);
  auto& job = worker_at_beta().jobs.at(0).what;
  BOOST_TEST(job.kind.str() == "k");
  BOOST_TEST((job.stream != nullptr));
  BOOST_TEST((job.deadline == c.taken + 3s));
}

BOOST_AUTO_TEST_CASE(a_call_of_higher_priority_overtakes_at_the_other_node) {
  submit("alpha", "p", 1);
  submit("alpha", "p", 2);
  auto urgent = make(3);
  urgent.priority = 10;
  submit("alpha", "p", 3, urgent);
  answer(pool_at_beta(), 0, "1");
  BOOST_TEST(payloads(pool_at_beta()).back() == 3u);
}

BOOST_AUTO_TEST_CASE(an_actor_that_asks_gets_its_answer_from_the_other_node) {
  auto c = make(1);
  c.pool = "p";
  auto request = ask(at("alpha").route, c);
  answer(pool_at_beta(), 0, "[1]");
  BOOST_TEST(answer_of<outcome>(request).payload.str() == "[1]");
}

BOOST_AUTO_TEST_CASE(an_actor_that_asks_hears_of_the_end_of_the_other_node) {
  auto c = make(1);
  c.pool = "p";
  auto request = ask(at("alpha").route, c);
  kill(at("beta").gate);
  BOOST_TEST(fault_of<outcome>(request).what == code::node_down);
}

BOOST_AUTO_TEST_CASE(a_call_that_is_cancelled_is_settled_at_once_and_leaves_its_worker) {
  submit("alpha", "p", 1);
  cancel("alpha", 1);
  BOOST_TEST(sink->error(1).what == code::cancelled);
  BOOST_TEST(worker_at_beta().cancelled.size() == 1u);
  answer(pool_at_beta(), 0, "late");
  BOOST_TEST(sink->count(1) == 1u);
}

BOOST_AUTO_TEST_CASE(
    the_calls_of_a_client_that_left_leave_their_workers_and_are_not_settled) {
  submit("alpha", "p", 1);
  submit("alpha", "p", 2);
  tell(at("alpha").route, atom::forget_v, reply_sink_ptr{sink});
  BOOST_TEST(worker_at_beta().jobs.size() == 1u);
  BOOST_TEST(worker_at_beta().cancelled.size() == 1u);
  BOOST_TEST(sink->all.empty());
  BOOST_TEST(link_of("alpha", "beta").away.size() == 0u);
}

BOOST_AUTO_TEST_CASE(parts_of_a_streamed_result_come_before_the_outcome) {
  auto c = make(1);
  c.stream = true;
  submit("alpha", "p", 1, c);
  auto flow = std::make_shared<stream_flow>();
  say_part(pool_at_beta(), 0, "one", flow);
  say_part(pool_at_beta(), 0, "two", flow);
  BOOST_TEST_REQUIRE(sink->parts.size() == 2u);
  BOOST_TEST(sink->parts[1].bytes == "two");
  BOOST_TEST(sink->count(1) == 0u);
  answer(pool_at_beta(), 0, "end");
  BOOST_TEST(sink->result(1) == "end");
}

BOOST_AUTO_TEST_CASE(a_slow_reader_stops_the_worker_at_the_other_node_until_it_reads) {
  auto c = make(1);
  c.stream = true;
  submit("alpha", "p", 1, c);
  auto writable = 0;
  auto flow = std::make_shared<stream_flow>([&] { ++writable; });
  say_part(pool_at_beta(), 0, std::string(300'000, 'x'), flow);
  BOOST_TEST(flow->is_full());
  BOOST_TEST_REQUIRE(sink->parts.size() == 1u);
  sink->parts[0].flow->remove(100'000); // the client has read so much
  run();
  BOOST_TEST(!flow->is_full());
  BOOST_TEST(writable == 1);
}

BOOST_AUTO_TEST_CASE(a_worker_is_not_held_up_by_a_stream_whose_caller_has_left) {
  auto c = make(1);
  c.stream = true;
  submit("alpha", "p", 1, c);
  auto flow = std::make_shared<stream_flow>();
  say_part(pool_at_beta(), 0, std::string(300'000, 'x'), flow);
  BOOST_TEST(flow->is_full());
  cancel("alpha", 1);
  BOOST_TEST(!flow->is_full());
  say_part(pool_at_beta(), 0, std::string(300'000, 'x'), flow);
  BOOST_TEST(!flow->is_full());
  BOOST_TEST(sink->parts.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_worker_is_not_held_up_by_a_stream_whose_node_is_gone) {
  auto c = make(1);
  c.stream = true;
  submit("alpha", "p", 1, c);
  auto flow = std::make_shared<stream_flow>();
  say_part(pool_at_beta(), 0, std::string(300'000, 'x'), flow);
  kill(at("alpha").links.at("beta"));
  BOOST_TEST(!flow->is_full());
  BOOST_TEST(worker_at_beta().cancelled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(
    a_deadline_is_kept_by_the_caller_s_node_when_the_other_says_nothing) {
  auto record = std::make_shared<gate_record>();
  open_link_to("alpha", "gamma", record);
  auto c = make(1);
  c.timeout = 100ms;
  c.node = "gamma";
  submissions one;
  one.push_back({c, sink, tag_id{2}});
  tell(at("alpha").route, std::move(one));
  BOOST_TEST(record->calls.size() == 1u);
  advance(149ms);
  BOOST_TEST(sink->count(2) == 0u);
  advance(2ms);
  BOOST_TEST(sink->error(2).what == code::timeout);
  BOOST_TEST(record->cancelled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_other_node_s_own_answer_wins_over_the_caller_s_clock) {
  auto c = make(1);
  c.timeout = 100ms;
  submit("alpha", "p", 1, c);
  advance(101ms);
  auto why = sink->error(1);
  BOOST_TEST(why.what == code::timeout);
  BOOST_TEST(why.details.worker->name == "p.0@beta");
}

BOOST_AUTO_TEST_CASE(a_call_for_a_node_that_is_gone_says_so_and_one_for_a_stranger_too) {
  kill(at("beta").gate);
  tell_view("alpha", {{"beta", node_state::down}});
  submit("alpha", "p@beta", 1);
  BOOST_TEST(sink->error(1).what == code::node_down);
  submit("alpha", "p@omega", 2);
  BOOST_TEST(sink->error(2).what == code::not_found);
  submit("alpha", "p", 3);
  BOOST_TEST(sink->error(3).what == code::unavailable);
  submit("alpha", "q", 4);
  BOOST_TEST(sink->error(4).what == code::pool_not_found);
}

BOOST_AUTO_TEST_CASE(the_ancestors_of_a_call_cross_with_the_names_of_their_nodes) {
  auto c = make(1);
  c.ancestors = std::make_shared<const std::vector<ancestor>>(
      std::vector<ancestor>{{"p", ticket_id{1}}, {"q", ticket_id{2}, "beta"}});
  submit("alpha", "p", 1, c);
  auto& there = *worker_at_beta().jobs.at(0).what.ancestors;
  BOOST_TEST(
      (there
       == std::vector<ancestor>{{"p", ticket_id{1}, "alpha"}, {"q", ticket_id{2}, {}}}));
}

BOOST_AUTO_TEST_CASE(pools_of_one_name_at_two_nodes_do_not_wait_for_each_other) {
  // The only worker of alpha's `p` waits for beta's `p`, whose worker has a job of the
  // same ticket.
  submit("beta", "p", 1);
  auto c = make(2);
  c.ancestors = std::make_shared<const std::vector<ancestor>>(
      std::vector<ancestor>{{"p", worker_at_beta().jobs.at(0).what.ticket}});
  submit("alpha", "p", 2, c);
  BOOST_TEST(sink->count(2) == 0u);
  answer(pool_at_beta(), 0, "1");
  answer(pool_at_beta(), 1, "2");
  BOOST_TEST(sink->result(2) == "2");
}

BOOST_AUTO_TEST_CASE(a_circle_of_calls_through_two_nodes_is_found) {
  submit("beta", "p", 1);
  auto c = make(2);
  c.ancestors = std::make_shared<const std::vector<ancestor>>(std::vector<ancestor>{
      {"p", worker_at_beta().jobs.at(0).what.ticket, "beta"}, {"q", ticket_id{1}}});
  // At beta the pool's size is known: its only worker waits for this very call.
  submit("alpha", "p@beta", 2, c);
  BOOST_TEST(sink->error(2).what == code::conflict);
}

BOOST_AUTO_TEST_CASE(cluster_hears_who_has_come_and_what_they_tell) {
  auto& seen = *at("beta").seen;
  BOOST_TEST_REQUIRE(seen.opened.size() == 1u);
  BOOST_TEST(seen.opened[0].open.node == "alpha");
  BOOST_TEST((seen.opened[0].process == sys.node()));
  link_view v;
  v.pools.push_back({pool_number{1}, "p", {}});
  tell(at("alpha").links.at("beta"), std::move(v));
  BOOST_TEST_REQUIRE(seen.views.size() == 1u);
  BOOST_TEST(seen.views[0].node == "alpha");
  BOOST_TEST(seen.views[0].view.pools.at(0).name == "p");
}

BOOST_AUTO_TEST_CASE(calls_of_one_turn_are_one_message_each_way) {
  auto record = std::make_shared<gate_record>();
  open_link_to("alpha", "gamma", record);
  submissions batch;
  for (uint64_t i = 1; i <= 3; ++i) {
    auto c = make(i);
    c.pool = "p";
    c.node = "gamma";
    batch.push_back({c, sink, tag_id{i}});
  }
  tell(at("alpha").route, std::move(batch));
  BOOST_TEST(record->batches == 1u);
  BOOST_TEST(record->calls.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_call_that_no_pool_takes_ends_here_with_the_reason) {
  auto c = make(1);
  c.payload = shared_bytes{std::string(limits::peer_frame, 'x')};
  submit("alpha", "p", 1, c);
  submit("alpha", "p@beta", 2, c);
  for (uint64_t tag : {1, 2}) {
    BOOST_TEST(sink->error(tag).what == code::payload_too_large);
    BOOST_TEST(sink->error(tag).message.find("takes 16777216") != std::string::npos);
  }
  BOOST_TEST(worker_at_beta().jobs.empty());
  submit("alpha", "p", 3); // the link is unharmed
  BOOST_TEST(worker_at_beta().jobs.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_long_call_goes_to_the_node_whose_pool_takes_it) {
  add_pool("gamma", "p", 1, 2 * limits::peer_frame);
  connect("alpha", "gamma");
  tell_view("alpha");
  auto c = make(1);
  c.payload = shared_bytes{std::string(limits::peer_frame, 'x')};
  submit("alpha", "p", 1, c);
  BOOST_TEST(at("gamma").pools.at("p").record->jobs.size() == 1u);
  BOOST_TEST(worker_at_beta().jobs.empty());
}

BOOST_AUTO_TEST_SUITE_END()
