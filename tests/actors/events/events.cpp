#include "actors/events/events.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"
#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::wires;
using namespace troupe::testing;

namespace event_streams {

using texts = std::vector<std::string>;

/// A real EVENTS. The test publishes and asks.
struct events_fixture : fixture {
  events_fixture() { actor = keep(sys.spawn(troupe::events::events_behavior)); }
  ~events_fixture() { actor = nullptr; }

  void happens(const std::string& kind, const std::string& worker = "w.0") {
    tell(actor, atom::publish_v, event{kind, {{"worker", worker}}, worker});
  }
  void prints(const std::string& terminal, const std::string& bytes) {
    auto& offset = printed[terminal];
    offset += bytes.size();
    tell(actor, atom::publish_v,
         stream_part{terminal, shared_bytes{bytes}, byte_count{offset}, nullptr});
  }
  /// Has the node forget all that this terminal has printed until now but the last part.
  void floods(const std::string& terminal) {
    for (size_t n = 0; n <= limits::stream_ring_bytes; n += 64 * 1024)
      prints(terminal, std::string(64 * 1024, 'x'));
  }

  /// Asks; the answer is under the tag that is returned.
  uint64_t ask_for(const std::string& payload,
                   std::optional<milliseconds> limit = std::nullopt) {
    call c;
    c.kind = shared_bytes::literal("events");
    c.payload = shared_bytes{payload};
    c.timeout = limit;
    submissions one;
    one.push_back({std::move(c), sink, tag_id{++tags}});
    tell(actor, std::move(one));
    return tags;
  }

  /// Returns what an answer tells, one after the other: kinds, and of gaps their range.
  texts told(uint64_t tag) {
    texts all;
    auto result = sink->result(tag);
    BOOST_REQUIRE_MESSAGE(!result.empty(), "there is no answer");
    auto array = json_text::find(result, "events").value();
    json_text::element_reader reader{array};
    while (auto e = reader.next()) {
      auto number = [&](std::string_view key) {
        return std::string{json_text::find(*e, key).value_or("?")};
      };
      auto kind = json_text::as_text(json_text::find(*e, "kind").value()).value();
      all.push_back(kind == "gap" ? "gap " + number("from") + '-' + number("to") : kind);
    }
    next = std::string{json_text::find(result, "next").value()};
    return all;
  }

  /// Follows from `since` on until nothing is left. Returns all that was told.
  texts follow(const std::string& since, const std::string& filter = "") {
    texts all;
    next = since;
    for (;;) {
      auto tag = ask_for("{\"since\":" + next + filter + "}", 1ms);
      if (sink->count(tag) == 0) {
        advance(1ms);
        return all;
      }
      for (auto& x : told(tag))
        all.push_back(x);
    }
  }

  /// Returns an answer as the fronts take it.
  const event_batch& batch(uint64_t tag) const {
    auto& answered = sink->all.at(tag).front();
    return *answered->events;
  }

  static size_t gaps(const texts& all) {
    return static_cast<size_t>(std::count_if(
        all.begin(), all.end(), [](auto& x) { return x.starts_with("gap"); }));
  }

  events_actor actor;
  std::shared_ptr<recording_sink> sink = std::make_shared<recording_sink>();
  uint64_t tags = 0;
  std::string next;
  std::map<std::string, uint64_t> printed;
};

} // namespace event_streams

BOOST_FIXTURE_TEST_SUITE(event_streams, events_fixture)

BOOST_AUTO_TEST_CASE(one_who_has_all_waits_for_the_next) {
  happens("a");
  auto tag = ask_for("null");
  BOOST_TEST(sink->count(tag) == 0u);
  happens("b");
  BOOST_TEST((told(tag) == texts{"b"}));
  BOOST_TEST(next == "2");
  BOOST_TEST(sink->count(tag) == 1u);
}

BOOST_AUTO_TEST_CASE(one_who_does_not_wait_is_told_where_to_go_on) {
  happens("a");
  BOOST_TEST(told(ask_for(R"({"wait":false})")).empty());
  BOOST_TEST(next == "1");
  happens("b");
  BOOST_TEST((told(ask_for("{\"wait\":false,\"since\":" + next + "}")) == texts{"b"}));
  auto wrong = ask_for(R"({"wait":0})");
  BOOST_TEST(sink->error(wrong).message == "wait: expected true or false");
}

BOOST_AUTO_TEST_CASE(one_who_comes_back_is_told_what_came_since) {
  happens("a");
  happens("b");
  prints("t.0", "x");
  happens("c");
  BOOST_TEST((follow("1") == texts{"b", "worker_stream", "c"}));
  BOOST_TEST((follow("0") == texts{"a", "b", "worker_stream", "c"}));
  BOOST_TEST(follow("4").empty());
}

BOOST_AUTO_TEST_CASE(a_number_from_before_a_restart_begins_anew) {
  happens("a");
  BOOST_TEST((told(ask_for(R"({"since":1000})")) == texts{"a"}));
  BOOST_TEST(next == "1");
}

BOOST_AUTO_TEST_CASE(output_from_before_a_restart_is_not_what_is_printed_after_it) {
  prints("t", "new");
  auto tag = ask_for(R"({"since":1000,"output_since":900})");
  BOOST_TEST((told(tag) == texts{"worker_stream"}));
  BOOST_TEST(batch(tag).output_since.value() == 0u);
  auto later = ask_for(R"({"since":1,"output_since":900})");
  BOOST_TEST(sink->count(later) == 0u);
  prints("t", "newer");
  BOOST_TEST((told(later) == texts{"worker_stream"}));
}

BOOST_AUTO_TEST_CASE(who_waits_too_long_or_is_gone_is_not_told) {
  auto late = ask_for("null", 50ms);
  auto cancelled = ask_for("null");
  auto gone = ask_for("null");
  advance(50ms);
  BOOST_TEST(sink->error(late).what == code::timeout);
  tell(actor, atom::cancel_v, reply_sink_ptr{sink}, tag_id{cancelled});
  BOOST_TEST(sink->error(cancelled).what == code::cancelled);
  tell(actor, atom::forget_v, reply_sink_ptr{sink});
  happens("a");
  BOOST_TEST(sink->count(gone) == 0u);
}

BOOST_AUTO_TEST_CASE(filters_are_by_worker_and_kind) {
  happens("worker_ready", "one.0");
  happens("worker_started", "one.0");
  happens("worker_ready", "two.0");
  prints("alice", "x");
  prints("bob", "x");
  BOOST_TEST((follow("0", R"(,"kinds":["worker_ready"])")
              == texts{"worker_ready", "worker_ready"}));
  BOOST_TEST(
      (follow("0", R"(,"workers":["one"])") == texts{"worker_ready", "worker_started"}));
  BOOST_TEST((follow("0", R"(,"workers":["alice","two"])")
              == texts{"worker_ready", "worker_stream"}));
  BOOST_TEST((follow("0", R"(,"workers":["bob"],"kinds":["worker_stream"])")
              == texts{"worker_stream"}));
  for (auto bad : {R"({"kinds":"a"})", R"({"workers":[1]})", R"({"since":-1})", "3"})
    BOOST_TEST(sink->error(ask_for(bad)).what == code::bad_request, bad);
}

BOOST_AUTO_TEST_CASE(what_a_slow_one_missed_is_told_once) {
  for (size_t i = 0; i < limits::event_ring + 10; ++i)
    happens("a");
  auto all = follow("3");
  BOOST_TEST(all.size() == limits::event_ring + 1);
  BOOST_TEST(all.front() == "gap 4-10");
  BOOST_TEST(gaps(all) == 1u);
}

BOOST_AUTO_TEST_CASE(a_gap_stands_where_something_is_missing_and_is_told_once) {
  prints("old", "still there");
  for (size_t i = 0; i < limits::event_ring + 1000; ++i)
    happens("a");
  auto all = follow("0"); // many batches
  BOOST_TEST(all.size() == limits::event_ring + 2);
  BOOST_TEST(all[0] == "worker_stream");
  BOOST_TEST(all[1] == "gap 1-1001");
  BOOST_TEST(gaps(all) == 1u);
}

BOOST_AUTO_TEST_CASE(fronts_get_each_event_by_itself_and_a_gap_as_such) {
  happens("old");
  for (size_t i = 0; i < limits::event_ring - 1; ++i)
    happens("a");
  happens("new"); // the oldest is forgotten
  auto tag = ask_for(R"({"since":0,"output_since":7})");
  auto& all = batch(tag);
  BOOST_REQUIRE(all.events.size() > 2u);
  auto& gap = all.events[0];
  BOOST_REQUIRE(gap.gap.has_value());
  BOOST_TEST(gap.gap->from == 1u);
  BOOST_TEST(gap.gap->to == 1u);
  BOOST_TEST(gap.seq == 1u);
  BOOST_TEST(gap.kind == "gap");
  BOOST_TEST(gap.text.view() == R"({"seq":1,"kind":"gap","from":1,"to":1})");
  BOOST_TEST(!all.events[1].gap.has_value());
  BOOST_TEST(all.events[1].seq == 2u);
  BOOST_TEST(all.events[1].kind == "a");
  BOOST_TEST(all.next == all.events.back().seq);
  BOOST_TEST(all.output_since.value() == 7u);
  // The same as the payload says.
  BOOST_TEST(told(tag).size() == all.events.size());
  BOOST_TEST(next == std::to_string(all.next));
  auto array = std::string{json_text::find(sink->result(tag), "events").value()};
  json_text::element_reader texts_of{array};
  for (auto& e : all.events)
    BOOST_TEST(texts_of.next().value() == e.text.view());
}

BOOST_AUTO_TEST_CASE(members_that_are_named_as_those_of_a_gap_make_none) {
  tell(actor, atom::publish_v, event{"x", {{"from", 2}, {"to", "gap"}}});
  auto& all = batch(ask_for(R"({"since":0})"));
  BOOST_REQUIRE(all.events.size() == 1u);
  BOOST_TEST(!all.events[0].gap.has_value());
}

BOOST_AUTO_TEST_CASE(only_those_who_wanted_what_is_forgotten_are_told) {
  happens("breaker_opened");
  prints("calm", "x");
  floods("wild");
  for (size_t i = 0; i < limits::event_ring; ++i)
    happens("worker_exited");
  happens("worker_exited");
  BOOST_TEST(gaps(follow("0", R"(,"kinds":["worker_stream"],"workers":["calm"])")) == 0u);
  BOOST_TEST(gaps(follow("0", R"(,"kinds":["worker_stream"],"workers":["wild"])")) == 1u);
  BOOST_TEST(gaps(follow("0", R"(,"kinds":["worker_exited"])")) == 1u);
  BOOST_TEST(gaps(follow("0", R"(,"kinds":["breaker_opened"])")) == 1u);
  BOOST_TEST(gaps(follow("0", R"(,"kinds":["breaker_closed"])")) == 0u);
  auto both = R"(,"kinds":["worker_exited","worker_stream"],"workers":)";
  BOOST_TEST(gaps(follow("0", both + std::string{"[\"calm\"]"})) == 0u);
  BOOST_TEST(gaps(follow("0", both + std::string{"[\"w\"]"})) == 1u);
}

BOOST_AUTO_TEST_CASE(of_too_many_to_be_told_apart_a_gap_is_everybodys) {
  for (size_t i = 0; i <= limits::event_subjects; ++i)
    happens("worker_ready", "w" + std::to_string(i) + ".0");
  for (size_t i = 0; i < limits::event_ring - 1; ++i)
    happens("worker_started");
  BOOST_TEST(gaps(follow("0", R"(,"kinds":["worker_ready"],"workers":["none"])")) == 0u);
  happens("worker_started"); // the last `a` is forgotten
  BOOST_TEST(gaps(follow("0", R"(,"kinds":["worker_ready"],"workers":["none"])")) == 1u);
}

BOOST_AUTO_TEST_CASE(the_gap_in_one_terminals_output_comes_before_the_rest_of_it) {
  prints("calm", "1");
  floods("wild");
  prints("calm", "2");
  auto all = follow("0");
  BOOST_TEST(all.front() == "worker_stream"); // calm
  BOOST_TEST(all[1].starts_with("gap 1-"));
  BOOST_TEST(gaps(all) == 1u);
}

BOOST_AUTO_TEST_CASE(
    a_terminal_that_was_forgotten_is_a_gap_to_those_who_may_have_wanted_it) {
  prints("first", "x");
  for (size_t i = 0; i < limits::stream_rings; ++i)
    prints("t" + std::to_string(i), "x");
  happens("worker_ready");
  BOOST_TEST(gaps(follow("0")) == 1u);
  auto streams = R"(,"kinds":["worker_stream"])";
  BOOST_TEST(gaps(follow("0", streams)) == 1u);
  BOOST_TEST(gaps(follow("0", R"(,"workers":["first"])")) == 1u);
  BOOST_TEST(gaps(follow("0", R"(,"workers":["t7","t8"])")) == 0u);
  BOOST_TEST(gaps(follow("0", R"(,"kinds":["worker_ready"])")) == 0u);
  BOOST_TEST(gaps(follow("1", streams)) == 0u);
  prints("first", "y"); // it is back
  BOOST_TEST(gaps(follow("0", R"(,"workers":["first"])")) == 1u);
}

BOOST_AUTO_TEST_CASE(output_is_slowed_down_by_nobody_who_follows) {
  size_t rooms = 0;
  auto flow = std::make_shared<stream_flow>([&] { ++rooms; });
  flow->add(300'000);
  tell(actor, atom::publish_v,
       stream_part{"t", shared_bytes{std::string(300'000, 'x')}, byte_count{300'000},
                   flow});
  BOOST_TEST(!flow->is_full());
  BOOST_TEST(rooms == 1u);
}

BOOST_AUTO_TEST_CASE(output_that_is_not_utf8_is_told_in_base64_too) {
  prints("t", "\xFF\x01");
  auto tag = ask_for(R"({"since":0})");
  auto e = sink->result(tag);
  BOOST_TEST(e.find(R"("chunk_base64":"/wE=")") != std::string::npos, e);
  BOOST_TEST(e.find(R"("offset":2)") != std::string::npos, e);
}

BOOST_AUTO_TEST_CASE(events_are_remembered_up_to_so_many_bytes) {
  std::string long_text(1'000'000, 'x');
  for (int i = 0; i < 100; ++i)
    tell(actor, atom::publish_v,
         event{"a", {{"worker", "w.0"}, {"payload", long_text}}, "w.0"});
  auto all = follow("0");
  BOOST_TEST(all.size() < 2 + limits::event_ring_bytes / 1'000'000);
  BOOST_TEST(all.size() > limits::event_ring_bytes / 2'000'000);
  BOOST_TEST(all.front().starts_with("gap 1-"));
  // One that is larger than all is remembered alone, and so forgotten with the next.
  tell(actor, atom::publish_v,
       event{"a", {{"payload", std::string(limits::event_ring_bytes, 'x')}}});
  BOOST_TEST(follow("0").size() == 2u);
  happens("b");
  BOOST_TEST((follow("0").back() == "b"));
}

BOOST_AUTO_TEST_CASE(a_batch_is_bounded_in_bytes) {
  std::string payload(100'000, 'x');
  for (int i = 0; i < 20; ++i)
    tell(actor, atom::publish_v,
         event{"a", {{"worker", "w.0"}, {"payload", payload}}, "w.0"});
  auto first = ask_for(R"({"since":0})");
  BOOST_TEST(sink->result(first).size() < limits::event_batch_bytes + 101'000);
  BOOST_TEST(follow("0").size() == 20u);
}

BOOST_AUTO_TEST_CASE(who_bounds_its_events_is_told_when_each_is_taken_in) {
  auto flow = std::make_shared<stream_flow>();
  event e{"a", {{"payload", std::string(300'000, ' ')}}, {}, flow};
  flow->add(e.cost());
  BOOST_TEST(flow->is_full());
  tell(actor, atom::publish_v, e);
  BOOST_TEST(!flow->is_full());
}

BOOST_AUTO_TEST_CASE(a_terminal_that_prints_byte_by_byte_is_bounded_too) {
  for (int i = 0; i < 3000; ++i)
    prints("t", "x");
  auto all = follow("0");
  BOOST_TEST(all.size() <= 1 + limits::stream_ring_bytes / limits::event_overhead);
  BOOST_TEST(all.front().starts_with("gap 1-"));
}

BOOST_AUTO_TEST_CASE(those_who_wait_are_bounded_in_number_and_in_what_they_ask_for) {
  std::vector<uint64_t> waiting;
  for (size_t i = 0; i < limits::event_followers; ++i)
    waiting.push_back(ask_for("null"));
  BOOST_TEST(sink->error(ask_for("null")).what == code::busy);
  tell(actor, atom::cancel_v, reply_sink_ptr{sink}, tag_id{waiting.front()});
  BOOST_TEST(sink->count(ask_for("null")) == 0u);
  std::string names = "\"w\"";
  for (size_t i = 0; i < limits::event_filter_names; ++i)
    names += ",\"w\"";
  auto refused = ask_for("{\"workers\":[" + names + "]}");
  BOOST_TEST(sink->error(refused).what == code::bad_request);
}

BOOST_AUTO_TEST_CASE(each_of_several_waits_as_long_as_it_may) {
  auto long_one = ask_for("null", 50ms);
  auto short_one = ask_for("null", 10ms);
  auto middle = ask_for("null", 30ms);
  advance(10ms);
  BOOST_TEST(sink->error(short_one).what == code::timeout);
  BOOST_TEST(sink->count(middle) == 0u);
  advance(20ms);
  BOOST_TEST(sink->error(middle).what == code::timeout);
  BOOST_TEST(sink->count(long_one) == 0u);
  advance(20ms);
  BOOST_TEST(sink->error(long_one).what == code::timeout);
}

BOOST_AUTO_TEST_CASE(output_can_be_left_out_up_to_now_and_nothing_else) {
  happens("one");
  floods("t"); // some of it is forgotten already
  happens("two");
  auto first = ask_for(R"({"since":0,"output_since":"now"})");
  BOOST_TEST(told(first) == (texts{"one", "two"}), boost::test_tools::per_element());
  std::string until{json_text::find(sink->result(first), "output_since").value()};
  prints("t", "new");
  auto second = ask_for("{\"since\":0,\"output_since\":" + until
                        + ",\"kinds\":[\"worker_stream\"]}");
  BOOST_TEST(told(second) == (texts{"worker_stream"}));
  BOOST_TEST(sink->error(ask_for(R"({"output_since":-1})")).what == code::bad_request);
}

BOOST_AUTO_TEST_CASE(what_happened_is_replayed_without_output) {
  auto replay = [this](const std::string& payload) {
    call c;
    c.kind = shared_bytes::literal("agents.replay");
    c.payload = shared_bytes{payload};
    submissions one;
    one.push_back({std::move(c), sink, tag_id{++tags}});
    tell(actor, std::move(one));
    return sink->result(tags);
  };
  happens("one");
  prints("t", "text");
  happens("two");
  auto all = replay(R"({"since":0})");
  BOOST_TEST(json_text::find(all, "currentSeq").value() == "3");
  BOOST_TEST(json_text::find(all, "gap").value() == "false");
  BOOST_TEST(all.find("\"one\"") < all.find("\"two\""));
  BOOST_TEST(all.find("worker_stream") == std::string::npos);
  BOOST_TEST(replay(R"({"since":1})").find("\"one\"") == std::string::npos);
  // How its clients ask for the number alone.
  auto none = replay(R"({"since":9007199254740991})");
  BOOST_TEST(json_text::find(none, "events").value() == "[]");
  BOOST_TEST(json_text::find(none, "currentSeq").value() == "3");
  for (size_t i = 0; i < limits::event_ring; ++i)
    happens("more");
  auto late = replay(R"({"since":0})");
  BOOST_TEST(json_text::find(late, "gap").value() == "true");
  BOOST_TEST(json_text::find(late, "oldestAvailable").value() == "4");
}

BOOST_AUTO_TEST_SUITE_END()
