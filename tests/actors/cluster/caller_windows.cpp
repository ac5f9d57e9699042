// Callers of a pool at another node that do not read, or whose answers are long.
#include "actors/cluster/call_results.hpp"
#include "tests/actors/cluster/support_cluster.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace callers_away {

/// The pool at beta runs two calls at a time.
struct slow_caller : cluster_fixture {
  slow_caller() {
    slots = [](std::string_view) { return 2; };
    link = open_link_to("alpha", "beta", gate);
  }

  call make_for_beta(uint64_t tag, int8_t priority = 0) {
    auto c = make(tag);
    c.pool = "p";
    c.priority = priority;
    return c;
  }

  void hand(uint64_t tag, int8_t priority = 0) {
    submissions batch;
    batch.push_back({make_for_beta(tag, priority), sink, tag_id{tag}});
    tell(link, std::move(batch));
  }

  /// The peer answers the `i`th call that it was sent.
  void reply(size_t i, size_t bytes) {
    link_outcomes m;
    outcome o{shared_bytes{'"' + std::string(bytes, 'x') + '"'}};
    m.outcomes.push_back({gate->calls.at(i).id, call_result{std::move(o)}, false});
    caf::send_as(at("beta").gate, link, std::move(m));
    run();
  }

  size_t sent() const { return gate->calls.size(); }
  size_t held() { return *link_of("alpha", "beta").callers.held(); }

  std::shared_ptr<gate_record> gate = std::make_shared<gate_record>();
  link_actor link;
};

constexpr auto first_calls = 2 + limits::caller_calls_ahead;

} // namespace callers_away

BOOST_FIXTURE_TEST_SUITE(callers_away, slow_caller)

BOOST_AUTO_TEST_CASE(a_peer_gets_what_its_pool_runs_and_a_few_more_until_it_answers) {
  for (uint64_t i = 1; i <= 100; ++i)
    hand(i);
  BOOST_TEST(sent() == first_calls);
  BOOST_TEST(held() == 100 - first_calls);
  reply(0, 10); // answers are short: the others harm nobody
  BOOST_TEST(sent() == 100u);
  BOOST_TEST(held() == 0u);
}

BOOST_AUTO_TEST_CASE(long_answers_are_asked_for_a_few_at_a_time) {
  for (uint64_t i = 1; i <= 16; ++i)
    hand(i);
  reply(0, limits::caller_bytes_ahead / 2);
  // Two run and one waits there: longer answers than half a window leave room for one.
  BOOST_TEST(sent() == first_calls);
  for (size_t i = 1; i < first_calls - 3; ++i)
    reply(i, limits::caller_bytes_ahead / 2);
  BOOST_TEST(sent() == first_calls);
  for (size_t i = first_calls - 3; i < 15; ++i) {
    reply(i, limits::caller_bytes_ahead / 2);
    BOOST_TEST_REQUIRE(sent() <= i + 4);
  }
  BOOST_TEST(sent() == 16u);
}

BOOST_AUTO_TEST_CASE(no_call_of_a_caller_that_does_not_read_leaves_until_it_reads) {
  for (uint64_t i = 1; i <= 20; ++i)
    hand(i);
  sink->behind = true;
  for (size_t i = 0; i < first_calls; ++i)
    reply(i, 10);
  BOOST_TEST(sent() == first_calls);
  BOOST_TEST(held() == 20 - first_calls);
  sink->behind = false;
  tell(link, atom::writable_v, reply_sink_ptr{sink});
  BOOST_TEST(sent() == 20u);
}

BOOST_AUTO_TEST_CASE(another_caller_is_not_held_up) {
  for (uint64_t i = 1; i <= 20; ++i)
    hand(i);
  auto other = std::make_shared<stream_sink>();
  submissions batch;
  batch.push_back({make_for_beta(1), other, tag_id{1}});
  tell(link, std::move(batch));
  BOOST_TEST(sent() == first_calls + 1);
}

BOOST_AUTO_TEST_CASE(the_highest_priority_leaves_first_and_the_deadline_runs) {
  for (uint64_t i = 1; i <= first_calls; ++i)
    hand(i);
  hand(50);
  hand(51, 5);
  auto late = make_for_beta(52, 1);
  late.timeout = 1s;
  submissions batch;
  batch.push_back({std::move(late), sink, tag_id{52}});
  tell(link, std::move(batch));
  BOOST_TEST(held() == 3u);
  advance(1100ms);
  BOOST_TEST(sink->error(52).what == code::queue_timeout);
  BOOST_TEST(held() == 2u);
  reply(0, 10);
  BOOST_TEST_REQUIRE(sent() == first_calls + 2);
  BOOST_TEST(gate->calls[first_calls].what.priority == 5);
}

BOOST_AUTO_TEST_CASE(held_calls_are_taken_back_and_forgotten) {
  for (uint64_t i = 1; i <= 20; ++i)
    hand(i);
  tell(link, atom::cancel_v, reply_sink_ptr{sink}, tag_id{20});
  BOOST_TEST(sink->error(20).what == code::cancelled);
  BOOST_TEST(held() == 19 - first_calls);
  tell(link, atom::cancel_v, reply_sink_ptr{sink}, tag_id{1}); // and another one leaves
  BOOST_TEST(sent() == first_calls + 1);
  tell(link, atom::forget_v, reply_sink_ptr{sink});
  BOOST_TEST(held() == 0u);
}

BOOST_AUTO_TEST_CASE(held_calls_end_when_the_peer_is_down) {
  for (uint64_t i = 1; i <= 20; ++i)
    hand(i);
  BOOST_TEST(held() > 0u);
  auto held_now = link_of("alpha", "beta").callers.held(); // LINK ends with its peer
  kill(at("beta").gate);
  BOOST_TEST(*held_now == 0u);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->count(20) == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
