// A LINK whose peer is a stand-in: silence, windows, late answers.
#include "actors/cluster/call_results.hpp"
#include "tests/actors/cluster/support_cluster.hpp"

#include "protocol/base/limits.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace links {

struct link_fixture : cluster_fixture {
  link_fixture() { link = open_link_to("alpha", "beta", gate); }

  call make_for_beta(uint64_t tag) {
    auto c = make(tag);
    c.pool = "p";
    return c;
  }

  /// Hands calls to the LINK itself.
  void hand(std::vector<call> calls) {
    submissions batch;
    for (auto& c : calls) {
      tag_id tag{next_tag++};
      batch.push_back({std::move(c), sink, tag});
    }
    tell(link, std::move(batch));
  }

  /// The GATE of the peer sends the LINK something.
  template <class Message>
  void say(Message m) {
    caf::send_as(at("beta").gate, link, std::move(m));
    run();
  }

  void reply(link_call_id id, uint64_t taken = 0, bool returned = false) {
    link_outcomes m;
    m.taken = link_bytes{taken};
    m.outcomes.push_back({id,
                          returned
                              ? failed({code::shutting_down, "leaving"})
                              : call_result{outcome{shared_bytes{std::string{"[1]"}}}},
                          returned});
    say(std::move(m));
  }

  link_state& state() { return link_of("alpha", "beta"); }
  std::string condition() { return at("alpha").seen->condition_of("beta"); }

  std::shared_ptr<gate_record> gate = std::make_shared<gate_record>();
  link_actor link;
  uint64_t next_tag = 1;
};

/// The peer takes three calls at a time.
struct busy_peer : link_fixture {
  busy_peer() {
    calls_open = 3;
    link = open_link_to("alpha", "beta", gate);
  }
};

} // namespace links

BOOST_FIXTURE_TEST_SUITE(links, link_fixture)

BOOST_AUTO_TEST_CASE(a_link_introduces_itself_and_is_up_when_a_beat_is_answered) {
  BOOST_TEST_REQUIRE(gate->opened.size() == 1u);
  BOOST_TEST(gate->opened[0].node == "alpha");
  BOOST_TEST(
      (gate->opened[0].gate == caf::actor_cast<caf::strong_actor_ptr>(at("alpha").gate)));
  BOOST_TEST(gate->beats.size() == 1u);
  BOOST_TEST(condition() == "up");
  advance(1000ms);
  BOOST_TEST(gate->beats.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_peer_that_falls_silent_is_suspect_then_down_and_its_calls_end) {
  hand({make_for_beta(1)});
  gate->answers = false;
  advance(1400ms);
  BOOST_TEST(condition() == "up");
  advance(200ms);
  BOOST_TEST(condition() == "suspect");
  BOOST_TEST(sink->count(1) == 0u);
  advance(3400ms);
  BOOST_TEST(condition() == "down");
  BOOST_TEST(sink->error(1).what == code::node_down);
  advance(1000ms);
  BOOST_TEST(sink->count(1) == 1u);
}

BOOST_AUTO_TEST_CASE(a_peer_whose_outcomes_cannot_be_read_is_down_and_its_calls_end) {
  hand({make_for_beta(1)});
  link_outcomes m;
  m.is_broken = true;
  say(std::move(m));
  BOOST_TEST(condition() == "down");
  BOOST_TEST(sink->error(1).what == code::node_down);
  BOOST_TEST(sink->count(1) == 1u);
}

BOOST_AUTO_TEST_CASE(a_peer_that_sends_what_no_link_takes_is_down) {
  hand({make_for_beta(1)});
  auto to = caf::actor_cast<caf::actor>(link);
  caf::anon_send(to, link_cancel{}); // of somebody else
  run();
  BOOST_TEST(condition() == "up");
  caf::send_as(caf::actor_cast<caf::actor>(at("beta").gate), to, link_cancel{});
  run();
  BOOST_TEST(condition() == "down");
  BOOST_TEST(sink->error(1).what == code::node_down);
}

BOOST_AUTO_TEST_CASE(a_peer_whose_part_of_a_result_has_two_lines_is_down) {
  hand({make_for_beta(1)});
  link_chunks m;
  m.chunks.push_back(
      {link_call_id{}, shared_bytes{std::string{"1}\n{\"request_id\":1"}}});
  say(std::move(m));
  BOOST_TEST(condition() == "down");
  BOOST_TEST(sink->error(1).what == code::node_down);
  BOOST_TEST(sink->count(1) == 1u);
}

BOOST_AUTO_TEST_CASE(parts_of_web_calls_and_of_calls_that_have_ended_may_have_lines) {
  auto c = make_for_beta(1);
  c.form = payload_form::web;
  c.stream = true;
  hand({std::move(c)});
  link_chunks m;
  for (uint64_t id : {0, 99})
    m.chunks.push_back({link_call_id{id}, shared_bytes{std::string{"a\nb"}}});
  say(std::move(m));
  BOOST_TEST(condition() == "up");
  BOOST_TEST(sink->count(1) == 0u);
}

BOOST_AUTO_TEST_CASE(an_outcome_of_another_form_than_its_call_is_a_protocol_error) {
  auto web = make_for_beta(2);
  web.form = payload_form::web;
  hand({make_for_beta(1), std::move(web)});
  link_outcomes m;
  for (uint64_t id : {0, 1}) {
    link_outcome o;
    o.id = link_call_id{id};
    o.result = outcome{shared_bytes{std::string{"1"}}};
    o.form = id == 0 ? payload_form::web : payload_form::json;
    m.outcomes.push_back(std::move(o));
  }
  say(std::move(m));
  BOOST_TEST(sink->error(1).what == code::protocol_error);
  BOOST_TEST(sink->error(2).what == code::protocol_error);
  BOOST_TEST(condition() == "up");
}

BOOST_AUTO_TEST_CASE(a_peer_that_speaks_again_is_up_again) {
  gate->answers = false;
  advance(2000ms);
  BOOST_TEST(condition() == "suspect");
  gate->answers = true;
  advance(500ms);
  BOOST_TEST(condition() == "up");
}

BOOST_AUTO_TEST_CASE(whatever_comes_from_a_peer_shows_that_it_lives) {
  gate->answers = false;
  for (int i = 0; i < 10; ++i) {
    advance(1000ms);
    say(link_chunks{});
  }
  BOOST_TEST(condition() == "up");
}

BOOST_AUTO_TEST_CASE(a_late_answer_is_not_taken_for_that_of_the_next_call_in_its_slot) {
  hand({make_for_beta(1)});
  tell(link, atom::cancel_v, reply_sink_ptr{sink}, tag_id{1});
  BOOST_TEST(sink->error(1).what == code::cancelled);
  hand({make_for_beta(2)});
  BOOST_TEST_REQUIRE(gate->calls.size() == 2u);
  reply(gate->calls[0].id);
  BOOST_TEST(sink->count(2) == 0u);
  BOOST_TEST(state().late == 1u);
  reply(gate->calls[1].id);
  BOOST_TEST(sink->result(2) == "[1]");
  reply(gate->calls[1].id); // once more
  BOOST_TEST(sink->count(2) == 1u);
}

BOOST_AUTO_TEST_CASE(
    a_slot_is_not_used_again_before_the_peer_has_answered_the_last_call) {
  auto slot = [this](size_t i) { return static_cast<uint32_t>(gate->calls[i].id); };
  hand({make_for_beta(1)});
  tell(link, atom::cancel_v, reply_sink_ptr{sink}, tag_id{1});
  hand({make_for_beta(2)});
  BOOST_TEST_REQUIRE(gate->calls.size() == 2u);
  BOOST_TEST(slot(1) != slot(0)); // GATE has the first call still, and would ignore it
  reply(gate->calls[0].id);
  hand({make_for_beta(3)});
  BOOST_TEST_REQUIRE(gate->calls.size() == 3u);
  BOOST_TEST(slot(2) == slot(0));
  BOOST_TEST(!state().verify().has_value());
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read_is_sent_no_more_than_the_window) {
  auto c = make_for_beta(1);
  c.payload = shared_bytes{std::string(1024 * 1024, 'x')};
  hand(std::vector<call>(10, c));
  BOOST_TEST(gate->calls.size() == 4u);
  BOOST_TEST(state().outbox.bytes() > 6u * 1024 * 1024);
  // It has taken two.
  reply(gate->calls[0].id, 2 * bytes_of(c));
  BOOST_TEST(gate->calls.size() == 6u);
  // What waits may still be taken back, and never leaves.
  tell(link, atom::cancel_v, reply_sink_ptr{sink}, tag_id{10});
  BOOST_TEST(sink->error(10).what == code::cancelled);
  BOOST_TEST(gate->cancelled.empty());
}

BOOST_AUTO_TEST_CASE(what_waits_for_a_peer_is_bounded) {
  auto c = make_for_beta(1);
  c.payload = shared_bytes{std::string(5 * 1024 * 1024, 'x')};
  hand(std::vector<call>(10, c));
  // Three fill the outbox: a fourth would be beyond the bound. Then one of them leaves.
  BOOST_TEST(state().outbox.bytes() == 2 * bytes_of(c));
  BOOST_TEST(gate->calls.size() == 1u);
  size_t refused = 0;
  for (uint64_t tag = 1; tag <= 10; ++tag)
    refused += sink->error(tag).what == code::busy;
  BOOST_TEST(refused == 7u);
  BOOST_TEST(sink->error(10).message.find("beta") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_peer_is_sent_no_more_calls_than_it_takes, busy_peer) {
  hand(std::vector<call>(4, make_for_beta(1)));
  BOOST_TEST_REQUIRE(gate->calls.size() == 3u);
  BOOST_TEST(sink->error(4).what == code::busy);
  BOOST_TEST(sink->error(4).message.find("beta") != std::string::npos);
  // One that nobody waits for any more counts until the peer has answered it.
  tell(link, atom::cancel_v, reply_sink_ptr{sink}, tag_id{1});
  hand({make_for_beta(1)});
  BOOST_TEST(sink->error(5).what == code::busy);
  reply(gate->calls[0].id);
  hand({make_for_beta(1)});
  BOOST_TEST(gate->calls.size() == 4u);
  BOOST_TEST(sink->count(6) == 0u);
}

BOOST_AUTO_TEST_CASE(nobody_but_the_peer_answers_for_it) {
  hand({make_for_beta(1)});
  link_outcomes m;
  m.outcomes.push_back({gate->calls[0].id, outcome{}, false});
  caf::send_as(at("gamma").gate, link, m);
  tell(link, m);
  BOOST_TEST(sink->count(1) == 0u);
  say(m);
  BOOST_TEST(sink->count(1) == 1u);
}

BOOST_AUTO_TEST_CASE(the_peer_hears_what_was_taken_before_it_has_to_stop) {
  auto c = make_for_beta(1);
  c.stream = true;
  hand({c});
  for (int i = 0; i < 3; ++i) {
    link_chunks m;
    m.chunks.push_back({gate->calls[0].id, shared_bytes{std::string(512 * 1024, 'x')}});
    say(std::move(m));
  }
  BOOST_TEST_REQUIRE(!gate->taken.empty());
  BOOST_TEST(gate->taken.back().taken >= 1024u * 1024);
}

BOOST_AUTO_TEST_CASE(what_callers_take_of_a_stream_is_told) {
  auto c = make_for_beta(1);
  c.stream = true;
  hand({c});
  link_chunks m;
  m.chunks.push_back({gate->calls[0].id, shared_bytes{std::string{"abc"}}});
  say(std::move(m));
  BOOST_TEST_REQUIRE(sink->parts.size() == 1u);
  BOOST_TEST(gate->taken.empty());
  sink->parts[0].flow->remove(3);
  run();
  BOOST_TEST_REQUIRE(gate->taken.size() == 1u);
  BOOST_TEST(gate->taken[0].parts.at(0).bytes == 3u);
}

BOOST_AUTO_TEST_CASE(a_call_that_never_left_is_told_that_it_never_started) {
  auto big = make_for_beta(1);
  big.payload = shared_bytes{std::string(8 * 1024 * 1024, 'x')};
  auto c = make_for_beta(2);
  c.timeout = 100ms;
  hand({big, c});
  advance(200ms);
  BOOST_TEST(sink->error(2).what == code::queue_timeout);
  BOOST_TEST(gate->cancelled.empty());
}

BOOST_AUTO_TEST_CASE(
    when_the_connection_is_closed_calls_that_never_left_may_run_elsewhere) {
  // Here no other node has the pool: they end, with the reason.
  auto big = make_for_beta(1);
  big.payload = shared_bytes{std::string(8 * 1024 * 1024, 'x')};
  hand({big, make_for_beta(2)});
  tell(link, atom::stop_v, fault{code::node_down, "its frames are too long"});
  BOOST_TEST(sink->error(1).message == "its frames are too long");
  BOOST_TEST(sink->error(2).message == "its frames are too long");
  BOOST_TEST(condition() == "down");
}

BOOST_AUTO_TEST_CASE(a_call_that_comes_back_unstarted_is_tried_elsewhere_and_ends_once) {
  hand({make_for_beta(1)});
  reply(gate->calls[0].id, 0, true);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->error(1).what == code::shutting_down);
}

BOOST_AUTO_TEST_CASE(what_cluster_tells_goes_to_the_peer) {
  link_view v;
  v.pools.push_back({pool_number{1}, "p", {}});
  tell(link, std::move(v));
  BOOST_TEST(gate->views.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_node_that_ends_settles_what_is_open) {
  hand({make_for_beta(1)});
  caf::anon_send_exit(link, caf::exit_reason::user_shutdown);
  run();
  BOOST_TEST(sink->error(1).what == code::shutting_down);
}

BOOST_AUTO_TEST_CASE(a_stranger_s_messages_are_ignored_by_a_gate) {
  auto& alpha = at("alpha");
  link_calls m;
  m.calls.push_back({link_call_id{1}, "p", "", 1, make(1)});
  tell(alpha.gate, std::move(m));
  tell(alpha.gate, link_cancel{{link_call_id{1}}, ""});
  BOOST_TEST(alpha.seen->views.empty());
}

BOOST_AUTO_TEST_CASE(a_call_that_would_end_the_connection_is_not_sent) {
  auto c = make_for_beta(1);
  c.pool = "$node";
  c.payload = shared_bytes{std::string(2 * limits::peer_frame, 'x')};
  hand({c});
  BOOST_TEST(gate->calls.empty());
  BOOST_TEST(sink->error(1).what == code::payload_too_large);
  BOOST_TEST(sink->error(1).message.find("node beta takes") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(calls_that_were_sent_are_counted_by_how_they_ended) {
  auto ended = state().context.counts;
  hand({make_for_beta(1), make_for_beta(2), make_for_beta(3)});
  BOOST_TEST_REQUIRE(gate->calls.size() == 3u);
  reply(gate->calls[0].id);
  tell(link, atom::cancel_v, reply_sink_ptr{sink}, tag_id{2});
  BOOST_TEST(ended->out.get(code::none) == 1u);
  BOOST_TEST(ended->out.get(code::cancelled) == 1u);
  reply(gate->calls[1].id); // late
  BOOST_TEST(ended->out.get(code::none) == 1u);
  tell(link, atom::stop_v, fault{code::node_down, "cut"});
  BOOST_TEST(ended->out.get(code::node_down) == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
