// A GATE and LINKs that are not what they say.
#include "protocol/base/cluster_limits.hpp"
#include "tests/actors/cluster/support_cluster.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace strange_links {

struct strict_gate : cluster_fixture {
  static constexpr size_t most_calls = 100;

  strict_gate() {
    gate_context taking{&at("alpha").names, at("alpha").observer,
                        [this](const link_open& m, const caf::node_id&) {
                          asked.push_back(m.node);
                          return m.node == "beta";
                        }};
    taking.calls_open = most_calls;
    gate = keep(sys.spawn<verified<gate_self>>(
        [taking](gate_self* me) { return gate_behavior(me, taking); }));
    add_pool("alpha", "p");
  }

  /// A LINK that says it is of `node` sends a call.
  void call_as(const std::string& node, const link_actor& from,
               const caf::strong_actor_ptr& own_gate) {
    caf::send_as(from, gate, link_open{own_gate, node, node_incarnation{1}, {}});
    link_calls m;
    m.calls.push_back({link_call_id{1}, "p", {}, 1, make(1)});
    caf::send_as(from, gate, std::move(m));
    run();
  }

  /// The LINK sends `n` calls that are refused: nobody runs their pool.
  void call_in_vain(const link_actor& from, size_t n) {
    link_calls m;
    for (uint64_t i = 0; i < n; ++i)
      m.calls.push_back({link_call_id{i}, "none", {}, 1, make(1)});
    caf::send_as(from, gate, std::move(m));
    run();
  }

  std::string condition() { return at("alpha").seen->condition_of("beta"); }
  size_t jobs() { return at("alpha").pools.at("p").record->jobs.size(); }
  link_actor some_link() { return open_link_to("gamma", "delta", record); }

  gate_actor gate;
  std::vector<std::string> asked;
  std::shared_ptr<gate_record> record = std::make_shared<gate_record>();
};

} // namespace strange_links

BOOST_FIXTURE_TEST_SUITE(strange_links, strict_gate)

BOOST_AUTO_TEST_CASE(a_link_of_a_node_that_was_let_in_may_send_calls) {
  auto link = some_link();
  call_as("beta", link, caf::actor_cast<caf::strong_actor_ptr>(at("delta").gate));
  BOOST_TEST(jobs() == 1u);
}

BOOST_AUTO_TEST_CASE(one_whose_calls_cannot_be_read_loses_its_connection) {
  auto link = some_link();
  call_as("beta", link, caf::actor_cast<caf::strong_actor_ptr>(at("delta").gate));
  link_calls m;
  m.is_broken = true;
  caf::send_as(link, gate, std::move(m));
  run();
  BOOST_TEST(at("alpha").seen->condition_of("beta") == "down");
  BOOST_TEST(jobs() == 1u);
}

BOOST_AUTO_TEST_CASE(one_that_sends_what_no_gate_takes_loses_its_connection) {
  auto link = some_link();
  caf::anon_send(caf::actor_cast<caf::actor>(gate), link_outcomes{}); // of nobody
  run();
  BOOST_TEST(condition() == "");
  call_as("beta", link, caf::actor_cast<caf::strong_actor_ptr>(at("delta").gate));
  caf::send_as(caf::actor_cast<caf::actor>(link), caf::actor_cast<caf::actor>(gate),
               link_outcomes{});
  run();
  BOOST_TEST(condition() == "down");
}

BOOST_AUTO_TEST_CASE(one_that_calls_on_and_takes_no_answers_loses_its_connection) {
  auto link = some_link();
  call_as("beta", link, caf::actor_cast<caf::strong_actor_ptr>(at("delta").gate));
  // This answer fills the window: all further ones wait.
  answer(at("alpha").pools.at("p"), 0, std::string(2 * limits::link_window, 'x'));
  call_in_vain(link, most_calls);
  BOOST_TEST(condition() == "");
  call_in_vain(link, 1);
  BOOST_TEST(condition() == "down");
}

BOOST_AUTO_TEST_CASE(one_that_takes_its_answers_may_call_as_often_as_it_likes) {
  auto link = some_link();
  call_as("beta", link, caf::actor_cast<caf::strong_actor_ptr>(at("delta").gate));
  answer(at("alpha").pools.at("p"), 0, std::string(2 * limits::link_window, 'x'));
  for (int i = 0; i < 5; ++i) {
    call_in_vain(link, most_calls);
    caf::send_as(link, gate, link_taken{link_bytes{UINT64_MAX}, {}, {}});
    run();
  }
  BOOST_TEST(condition() == "");
}

BOOST_AUTO_TEST_CASE(one_that_speaks_for_another_node_is_not_heard) {
  auto link = some_link();
  call_as("gamma", link, caf::actor_cast<caf::strong_actor_ptr>(at("delta").gate));
  BOOST_TEST(asked == std::vector<std::string>{"gamma"},
             boost::test_tools::per_element());
  BOOST_TEST(jobs() == 0u);
  // CLUSTER is told, and says so.
  BOOST_TEST(at("alpha").seen->opened.size() == 1u);
}

BOOST_AUTO_TEST_CASE(one_without_a_gate_is_not_heard) {
  auto link = some_link();
  call_as("beta", link, nullptr);
  BOOST_TEST(jobs() == 0u);
}

BOOST_AUTO_TEST_CASE(a_gate_is_drained_when_nothing_waits_for_a_peer) {
  auto link = some_link();
  call_as("beta", link, caf::actor_cast<caf::strong_actor_ptr>(at("delta").gate));
  // More than a peer takes that tells nothing of what it has taken.
  answer(at("alpha").pools.at("p"), 0, std::string(2 * limits::link_window, 'x'));
  link_calls refused;
  refused.calls.push_back({link_call_id{2}, "none", {}, 1, make(2)});
  caf::send_as(link, gate, refused);
  run();
  auto drained = ask(gate, atom::drain_v);
  advance(2 * limits::drain_look);
  BOOST_TEST(!has_answer());
  caf::send_as(link, gate,
               link_taken{link_bytes{2 * limits::link_window + 10'000}, {}, {}});
  advance(2 * limits::drain_look);
  answer_of<atom::drain>(drained);
}

BOOST_AUTO_TEST_SUITE_END()
