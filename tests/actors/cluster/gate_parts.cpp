// The parts of a GATE that know no actor.
#include "actors/cluster/call_results.hpp"
#include "actors/cluster/gate_peer.hpp"
#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::cluster;

namespace gate_parts {

void is_sound(const std::optional<std::string>& wrong) {
  BOOST_TEST(wrong.value_or("") == "");
}

/// A peer whose calls nobody runs.
struct peer_fixture {
  peer_fixture()
    : out(std::make_shared<turn_end>(
        nullptr, loop::flushable::turn_order::client, [] {}, [this] { ++asked; }))
    , peer(
          std::make_unique<gate_peer>(link_open{nullptr, "beta", node_incarnation{1}, {}},
                                      link_actor{}, out, counts)) {}

  tag_id add(uint64_t id) {
    BOOST_TEST_REQUIRE((peer->calls().add(link_call_id{id}, callee_actor{})
                        == gate_calls::addition::added));
    return tag_id{id};
  }

  gate_peer::delivery deliver() {
    out->flush(); // as it is asked for
    return peer->take_delivery();
  }

  size_t asked = 0;
  std::shared_ptr<peer_counts> counts = std::make_shared<peer_counts>();
  std::shared_ptr<turn_end> out;
  std::unique_ptr<gate_peer> peer;
};

call_result big(size_t bytes) {
  return outcome{shared_bytes{std::string(bytes, 'x')}};
}

} // namespace gate_parts

using namespace gate_parts;

BOOST_AUTO_TEST_SUITE(calls_of_a_gate)

BOOST_AUTO_TEST_CASE(a_slot_has_one_call_at_a_time) {
  gate_calls calls;
  link_call_id first{5};
  link_call_id next{(uint64_t{1} << 32) | 5};
  BOOST_TEST((calls.add(first, {}) == gate_calls::addition::added));
  BOOST_TEST((calls.add(first, {}) == gate_calls::addition::taken));
  BOOST_TEST((calls.add(next, {}) == gate_calls::addition::taken));
  BOOST_TEST(calls.find(first));
  BOOST_TEST(!calls.find(next));
  calls.remove(first);
  BOOST_TEST(!calls.find(first));
  BOOST_TEST((calls.add(next, {}) == gate_calls::addition::added));
  BOOST_TEST(calls.size() == 1u);
  is_sound(calls.verify());
}

BOOST_AUTO_TEST_CASE(a_peer_that_counts_its_slots_without_end_costs_no_memory) {
  gate_calls calls;
  BOOST_TEST((calls.add(link_call_id{0xFFFFFFFF}, {}) == gate_calls::addition::too_many));
  BOOST_TEST(!calls.find(link_call_id{0xFFFFFFFF}));
  is_sound(calls.verify());
}

BOOST_AUTO_TEST_CASE(a_worker_hears_what_was_taken_of_its_stream_and_no_more) {
  gate_calls calls;
  calls.add(link_call_id{1}, {});
  auto flow = std::make_shared<stream_flow>();
  flow->add(300'000);
  auto& e = *calls.find(link_call_id{1});
  gate_calls::add_part(e, flow, 300'000);
  is_sound(calls.verify());
  gate_calls::take_part(e, 10);
  BOOST_TEST(flow->is_full());
  gate_calls::take_part(e, 1'000'000);
  BOOST_TEST(!flow->is_full());
  BOOST_TEST(e.untaken == 0u);
  flow->add(300'000);
  gate_calls::add_part(e, flow, 300'000);
  calls.remove(link_call_id{1}); // the call has ended
  BOOST_TEST(!flow->is_full());
  is_sound(calls.verify());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(peers_of_a_gate, peer_fixture)

BOOST_AUTO_TEST_CASE(what_a_turn_brings_is_asked_for_once_and_delivered_together) {
  auto one = add(1);
  auto two = add(2);
  peer->sink()->settle(one, outcome{});
  peer->sink()->settle(two, failed({code::busy}));
  BOOST_TEST(asked == 1u);
  auto d = deliver();
  BOOST_TEST(d.outcomes.outcomes.size() == 2u);
  BOOST_TEST(peer->calls().size() == 0u);
  peer->sink()->settle(add(3), outcome{});
  BOOST_TEST(asked == 2u);
}

BOOST_AUTO_TEST_CASE(the_ends_of_its_calls_are_counted_by_their_codes) {
  peer->sink()->settle(add(1), outcome{});
  peer->sink()->settle(add(2), failed({code::timeout}));
  add(3);
  deliver();
  peer->refuse(link_call_id{4}, {code::busy});
  BOOST_TEST(counts->in.get(code::none) == 1u);
  BOOST_TEST(counts->in.get(code::timeout) == 1u);
  BOOST_TEST(counts->in.get(code::busy) == 1u);
  BOOST_TEST(counts->in.get(code::cancelled) == 0u);
  peer.reset(); // the third call is not wanted any more
  BOOST_TEST(counts->in.get(code::cancelled) == 1u);
}

BOOST_AUTO_TEST_CASE(an_outcome_of_no_open_call_is_dropped) {
  auto one = add(1);
  peer->sink()->settle(one, outcome{});
  peer->sink()->settle(one, outcome{});
  peer->sink()->settle(tag_id{99}, outcome{});
  BOOST_TEST(deliver().outcomes.outcomes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_peer_that_takes_nothing_is_behind_and_is_sent_no_more) {
  for (uint64_t i = 0; i < 8; ++i)
    peer->sink()->settle(add(i), big(1024 * 1024));
  auto first = deliver().outcomes.outcomes;
  BOOST_TEST(first.size() == 4u);
  BOOST_TEST(peer->sink()->is_behind());
  size_t taken = 0;
  for (auto& o : first)
    taken += bytes_of(o.result);
  auto before = asked;
  peer->acknowledge(link_bytes{taken});
  BOOST_TEST(asked == before + 1);
  auto second = deliver();
  BOOST_TEST(second.outcomes.outcomes.size() == 4u);
  BOOST_TEST(second.has_caught_up);
  BOOST_TEST(!peer->sink()->is_behind());
}

BOOST_AUTO_TEST_CASE(a_part_of_a_call_that_has_ended_holds_no_worker_up) {
  auto one = add(1);
  auto flow = std::make_shared<stream_flow>();
  peer->sink()->settle(one, outcome{});
  flow->add(300'000);
  peer->sink()->chunk(one, shared_bytes{std::string(300'000, 'x')}, flow);
  BOOST_TEST(flow->is_full());
  auto d = deliver();
  BOOST_TEST(!flow->is_full());
  BOOST_TEST(d.parts.chunks.empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_gathered_for_a_peer_that_is_gone) {
  auto one = add(1);
  auto flow = std::make_shared<stream_flow>();
  auto sink = peer->sink();
  flow->add(300'000);
  sink->chunk(one, shared_bytes{std::string(300'000, 'x')}, flow);
  peer.reset();
  BOOST_TEST(!flow->is_full());
  flow->add(300'000);
  sink->chunk(one, shared_bytes{std::string(300'000, 'x')}, flow);
  BOOST_TEST(!flow->is_full());
  auto before = asked;
  sink->settle(one, outcome{});
  BOOST_TEST(asked == before);
}

BOOST_AUTO_TEST_CASE(a_call_that_is_refused_is_answered_like_any_other) {
  peer->refuse(link_call_id{4}, {code::shutting_down});
  auto d = deliver();
  BOOST_TEST_REQUIRE(d.outcomes.outcomes.size() == 1u);
  BOOST_TEST(d.outcomes.outcomes[0].returned);
}

BOOST_AUTO_TEST_CASE(a_result_that_would_end_the_connection_is_an_error_instead) {
  peer->sink()->settle(add(1), big(2 * limits::peer_frame));
  auto d = deliver();
  BOOST_TEST_REQUIRE(d.outcomes.outcomes.size() == 1u);
  BOOST_TEST_REQUIRE(bad_in(d.outcomes.outcomes[0].result));
  BOOST_TEST(bad_in(d.outcomes.outcomes[0].result)->what == code::payload_too_large);
  peer->expects_frame(2 * limits::peer_frame);
  peer->expects_frame(0); // says nothing new
  peer->sink()->settle(add(2), big(2 * limits::peer_frame));
  BOOST_TEST(good_in(deliver().outcomes.outcomes.at(0).result));
}

BOOST_AUTO_TEST_CASE(a_part_that_is_too_long_ends_its_call_and_stops_its_worker) {
  auto one = add(1);
  auto flow = std::make_shared<stream_flow>();
  shared_bytes part{std::string(2 * limits::peer_frame, 'x')};
  flow->add(part.size());
  peer->sink()->chunk(one, part, flow);
  peer->sink()->settle(one, outcome{}); // whatever comes of it then
  auto d = deliver();
  BOOST_TEST(!flow->is_full());
  BOOST_TEST(d.parts.chunks.empty());
  BOOST_TEST_REQUIRE(d.outcomes.outcomes.size() == 1u);
  BOOST_TEST(bad_in(d.outcomes.outcomes[0].result)->what == code::payload_too_large);
  BOOST_TEST_REQUIRE(d.cancelled.size() == 1u);
  BOOST_TEST(uint64_t{d.cancelled[0].second} == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
