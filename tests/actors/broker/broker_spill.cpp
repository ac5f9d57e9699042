// Calls that wait while other nodes have room.
#include "actors/interfaces/directory.hpp"
#include "tests/actors/broker/support_broker.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace spills {

/// Other nodes that have as much room as the test says.
struct some_nodes : remote_pools {
  bool knows(std::string_view) const override { return true; }
  bool runs(std::string_view) const override { return true; }
  bool takes_calls(std::string_view) const override { return takes; }
  uint32_t room_elsewhere(std::string_view) const override { return room; }
  bool has_terminal(std::string_view, std::string_view) const override { return false; }
  bool prefers_elsewhere(std::string_view, std::string_view) const override {
    return false;
  }
  uint32_t room = 0;
  bool takes = true;
};

struct spill_fixture : broker_fixture {
  ~spill_fixture() {
    for (auto& x : kept)
      caf::anon_send_exit(x, caf::exit_reason::kill);
    run();
  }

  /// A pool with one worker, which is busy with call 1.
  void begin(milliseconds spill_after = 50ms) {
    route = keep(sys.spawn([this]() -> callee_actor::behavior_type {
      return {
          [this](submissions& batch) {
            for (auto& s : batch)
              spilled.push_back(std::move(s));
          },
          [this](atom::cancel, const reply_sink_ptr&, tag_id tag) {
            cancelled.push_back(tag);
          },
          [this](atom::forget, const reply_sink_ptr&) { ++forgotten; },
          [](atom::writable, const reply_sink_ptr&) {},
          [](const call&) { return outcome{}; },
      };
    }));
    names.set_route(route, others);
    auto shared = std::make_shared<pool_context>(*context());
    shared->directory = &names;
    shared->sharing.spill_after = spill_after;
    load = shared->sharing.load;
    actor = keep(sys.spawn(broker_behavior, pool_context_ptr{shared}));
    run();
    join(0);
    submit({make(1)});
  }

  std::vector<uint64_t> tags() const {
    std::vector<uint64_t> all;
    for (auto& s : spilled)
      all.push_back(s.tag);
    return all;
  }

  directory names{"alpha"};
  std::shared_ptr<some_nodes> others = std::make_shared<some_nodes>();
  std::shared_ptr<pool_load> load;
  callee_actor route;
  submissions spilled;
  std::vector<uint64_t> cancelled;
  size_t forgotten = 0;
};

} // namespace spills

BOOST_FIXTURE_TEST_SUITE(spills, spill_fixture)

BOOST_AUTO_TEST_CASE(a_new_call_without_room_here_goes_at_once_where_there_is_some) {
  begin();
  others->room = 1;
  submit({make(2)});
  BOOST_TEST(tags() == std::vector<uint64_t>{2}, boost::test_tools::per_element());
  BOOST_TEST(spilled[0].what.looks_for_room);
  BOOST_TEST(status().handed_on == 1u);
  BOOST_TEST(status().waiting == 0u);
}

BOOST_AUTO_TEST_CASE(one_that_finds_none_there_waits_here) {
  begin();
  others->room = 1;
  submit({make(2)});
  caf::send_as(route, actor, std::exchange(spilled, {}));
  run();
  BOOST_TEST(spilled.empty());
  BOOST_TEST(status().waiting == 1u);
  answer(0, 0, "1");
  answer(0, 1, "2");
  BOOST_TEST(sink->result(2) == "2");
}

BOOST_AUTO_TEST_CASE(calls_of_other_nodes_do_not_go_on_at_once) {
  begin();
  others->room = 1;
  auto theirs = make(2);
  theirs.hops = 1;
  submit({theirs});
  BOOST_TEST(spilled.empty());
  advance(51ms);
  BOOST_TEST(spilled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(without_a_time_for_it_no_call_leaves) {
  begin(0ms);
  others->room = 5;
  submit({make(2)});
  advance(500ms);
  BOOST_TEST(spilled.empty());
}

BOOST_AUTO_TEST_CASE(a_call_that_waits_for_too_long_goes_where_there_is_room) {
  begin();
  submit({make(2), make(3)});
  others->room = 1;
  advance(49ms);
  BOOST_TEST(spilled.empty());
  advance(2ms);
  BOOST_TEST(tags() == std::vector<uint64_t>{2}, boost::test_tools::per_element());
  BOOST_TEST(spilled[0].what.pool == "p");
  BOOST_TEST(status().handed_on == 1u);
  BOOST_TEST(status().waiting == 1u);
  advance(50ms);
  BOOST_TEST(spilled.size() == 2u);
}

BOOST_AUTO_TEST_CASE(one_that_has_waited_and_finds_no_room_elsewhere_waits_on) {
  begin();
  submit({make(2)});
  others->room = 1;
  advance(51ms);
  BOOST_TEST(tags() == std::vector<uint64_t>{2}, boost::test_tools::per_element());
  BOOST_TEST(spilled[0].what.looks_for_room);
  others->room = 0; // what was known was old
  caf::send_as(route, actor, std::exchange(spilled, {}));
  run();
  BOOST_TEST(status().waiting == 1u);
  BOOST_TEST(status().handed_on == 0u);
  others->room = 1;
  advance(51ms);
  BOOST_TEST(spilled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(calls_wait_here_as_long_as_nobody_has_room) {
  begin();
  submit({make(2)});
  advance(500ms);
  BOOST_TEST(spilled.empty());
  others->room = 5;
  advance(51ms);
  BOOST_TEST(spilled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(calls_that_mean_this_node_or_one_worker_stay) {
  begin();
  others->room = 100;
  auto keyed = make(2);
  keyed.key = "k";
  auto indexed = make(3, 0);
  auto addressed = make(4);
  addressed.node = "alpha";
  auto travelled = make(5);
  travelled.hops = 2;
  submit({keyed, indexed, addressed, travelled});
  tell(actor, make(6)); // by a promise
  sink->all.clear();
  advance(200ms);
  BOOST_TEST(spilled.empty());
}

BOOST_AUTO_TEST_CASE(who_takes_a_spilled_call_back_is_sent_on_once) {
  begin();
  others->room = 1;
  submit({make(2)});
  advance(51ms);
  cancel(2);
  BOOST_TEST(cancelled == std::vector<uint64_t>{2}, boost::test_tools::per_element());
  cancel(1); // is here
  BOOST_TEST(cancelled.size() == 1u);
  tell(actor, atom::forget_v, reply_sink_ptr{sink});
  BOOST_TEST(forgotten == 1u);
}

BOOST_AUTO_TEST_CASE(nobody_is_asked_about_calls_as_long_as_none_was_spilled) {
  begin();
  cancel(77);
  tell(actor, atom::forget_v, reply_sink_ptr{sink});
  BOOST_TEST(cancelled.empty());
  BOOST_TEST(forgotten == 0u);
}

BOOST_AUTO_TEST_CASE(what_waits_in_a_pool_that_is_drained_goes_to_other_nodes) {
  begin();
  auto keyed = make(3);
  keyed.key = "k";
  submit({make(2), keyed});
  ask(actor, atom::drain_v);
  BOOST_TEST(tags() == (std::vector<uint64_t>{2, 3}), boost::test_tools::per_element());
  BOOST_TEST(sink->all.empty()); // what runs goes on, too
  cancel(2);
  BOOST_TEST(cancelled == std::vector<uint64_t>{2}, boost::test_tools::per_element());
  BOOST_TEST(!has_answer());
  answer(0, 0, "1");
  BOOST_TEST(sink->result(1) == "1");
  BOOST_TEST(has_answer());
}

BOOST_AUTO_TEST_CASE(a_call_that_comes_too_late_goes_on_once) {
  begin();
  ask(actor, atom::drain_v);
  submit({make(2)});
  BOOST_TEST(tags() == std::vector<uint64_t>{2}, boost::test_tools::per_element());
  caf::send_as(route, actor, std::exchange(spilled, {}));
  run();
  BOOST_TEST(spilled.empty());
  BOOST_TEST(sink->error(2).what == code::shutting_down);
}

BOOST_AUTO_TEST_CASE(what_waits_for_one_worker_or_has_no_other_node_ends_with_its_pool) {
  begin();
  submit({make(2, 0)});
  ask(actor, atom::drain_v);
  others->takes = false;
  submit({make(3)});
  BOOST_TEST(spilled.empty());
  BOOST_TEST(sink->error(2).what == code::shutting_down);
  BOOST_TEST(sink->error(3).what == code::shutting_down);
}

BOOST_AUTO_TEST_CASE(other_nodes_are_told_how_busy_the_pool_is) {
  begin();
  BOOST_TEST(load->running == 1u);
  BOOST_TEST(load->free == 0u);
  BOOST_TEST(load->size == 1u);
  submit({make(2)});
  BOOST_TEST(load->waiting == 1u);
  answer(0, 0, "1");
  answer(0, 1, "2");
  BOOST_TEST(load->running == 0u);
  BOOST_TEST(load->free == 1u);
  tell(actor, atom::condition_v, fault{code::unavailable, "they crash"});
  BOOST_TEST(load->free == 0u);
  BOOST_TEST(load->size == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
