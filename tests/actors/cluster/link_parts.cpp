// The parts of a LINK that know no actor.
#include "actors/cluster/byte_window.hpp"
#include "actors/cluster/calls_away.hpp"
#include "actors/cluster/held_calls.hpp"
#include "actors/cluster/link_life.hpp"
#include "actors/cluster/link_outbox.hpp"
#include "actors/cluster/part_receipts.hpp"
#include "protocol/base/cluster_limits.hpp"
#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::cluster;
using namespace std::chrono_literals;

namespace link_parts {

routed_call make_routed(const reply_sink_ptr& sink, uint64_t tag) {
  call c;
  c.pool = "p";
  c.payload = shared_bytes{std::string(100, 'x')};
  return {{std::move(c), sink, tag_id{tag}, {}, {}, 0}};
}

void holds(const std::optional<std::string>& wrong) {
  BOOST_TEST(wrong.value_or("") == "");
}

} // namespace link_parts

using namespace link_parts;

BOOST_AUTO_TEST_SUITE(byte_windows)

BOOST_AUTO_TEST_CASE(a_window_is_open_until_too_much_is_on_the_way) {
  byte_window w;
  BOOST_TEST(w.is_open());
  w.send(limits::link_window - 1);
  BOOST_TEST(w.is_open());
  w.send(10);
  BOOST_TEST(!w.is_open());
  w.acknowledge(link_bytes{100});
  BOOST_TEST(w.is_open());
  BOOST_TEST(w.unacknowledged() == limits::link_window - 91);
}

BOOST_AUTO_TEST_CASE(a_peer_cannot_take_what_was_not_sent_nor_give_it_back) {
  byte_window w;
  w.send(10);
  w.acknowledge(link_bytes{UINT64_MAX});
  BOOST_TEST(w.unacknowledged() == 0u);
  w.acknowledge(link_bytes{3});
  BOOST_TEST(w.unacknowledged() == 0u);
}

BOOST_AUTO_TEST_CASE(a_receiver_speaks_up_before_the_sender_has_to_stop) {
  byte_intake in;
  byte_window out;
  for (int i = 0; i < 1000; ++i) {
    BOOST_TEST_REQUIRE(out.is_open());
    out.send(100'000);
    in.take(100'000);
    if (in.is_due())
      out.acknowledge(in.tell());
  }
  BOOST_TEST(!in.is_due());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(link_outboxes)

BOOST_AUTO_TEST_CASE(calls_leave_in_their_order_and_those_dropped_do_not_count) {
  link_outbox o;
  o.push(link_call_id{1}, 10);
  o.push(link_call_id{2}, limits::link_outbox);
  o.drop(limits::link_outbox);
  BOOST_TEST(o.bytes() == 10u);
  BOOST_TEST(*o.pop() == 1u);
  BOOST_TEST(*o.pop() == 2u);
  BOOST_TEST(!o.pop());
}

BOOST_AUTO_TEST_CASE(a_call_that_would_exceed_the_bound_does_not_fit) {
  link_outbox o;
  o.push(link_call_id{1}, limits::link_outbox - 10);
  BOOST_TEST(o.has_room(10));
  BOOST_TEST(!o.has_room(11));
}

BOOST_AUTO_TEST_CASE(one_call_of_any_length_fits) {
  link_outbox o;
  BOOST_TEST(o.has_room(3 * limits::link_outbox));
  o.push(link_call_id{1}, 3 * limits::link_outbox);
  BOOST_TEST(!o.has_room(1));
  o.drop(3 * limits::link_outbox);
  BOOST_TEST(o.has_room(3 * limits::link_outbox));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(link_lives)

BOOST_AUTO_TEST_CASE(a_peer_that_is_silent_is_suspect_then_down_within_the_timeout) {
  auto begin = steady_clock::time_point{} + 1h;
  link_life life{5s, begin};
  BOOST_TEST((life.condition() == link_condition::suspect));
  BOOST_TEST(life.hear(begin));
  BOOST_TEST((life.condition() == link_condition::up));
  BOOST_TEST(!life.look(begin + 1499ms));
  BOOST_TEST(life.look(begin + 1500ms));
  BOOST_TEST((life.condition() == link_condition::suspect));
  BOOST_TEST(!life.look(begin + 4499ms));
  BOOST_TEST(life.look(begin + 4500ms));
  BOOST_TEST(life.is_down());
}

BOOST_AUTO_TEST_CASE(a_peer_that_speaks_again_is_up_but_one_that_was_down_stays_down) {
  auto begin = steady_clock::time_point{} + 1h;
  link_life life{5s, begin};
  life.hear(begin);
  life.look(begin + 2s);
  BOOST_TEST(life.hear(begin + 2s));
  BOOST_TEST((life.condition() == link_condition::up));
  BOOST_TEST(life.lose());
  BOOST_TEST(!life.hear(begin + 3s));
  BOOST_TEST(life.is_down());
  BOOST_TEST(!life.lose());
}

BOOST_AUTO_TEST_CASE(bytes_of_a_long_message_keep_a_peer_alive) {
  auto begin = steady_clock::time_point{} + 1h;
  link_life life{5s, begin};
  life.hear(begin);
  life.hear_bytes(begin + 4s);
  life.hear_bytes(begin + 1s); // not back in time
  BOOST_TEST(!life.look(begin + 5s));
  BOOST_TEST((life.condition() == link_condition::up));
}

BOOST_AUTO_TEST_CASE(bytes_alone_do_not_make_a_peer_that_has_never_answered_known) {
  auto begin = steady_clock::time_point{} + 1h;
  link_life life{5s, begin};
  life.hear_bytes(begin + 1s);
  BOOST_TEST(!life.was_heard());
  BOOST_TEST((life.condition() == link_condition::suspect));
}

BOOST_AUTO_TEST_CASE(the_time_between_a_beat_and_its_answer_is_measured) {
  auto begin = steady_clock::time_point{} + 1h;
  link_life life{5s, begin};
  BOOST_TEST(life.beat().count() == 500);
  auto first = life.send_beat(begin);
  BOOST_TEST(life.answer(first, begin + 3ms).count() == 3'000'000);
  life.send_beat(begin + 500ms);
  BOOST_TEST(life.answer(first, begin + 501ms).count() == 0); // late
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(part_receipts_of_a_link)

BOOST_AUTO_TEST_CASE(what_was_taken_of_one_call_is_added_up_and_told_once) {
  auto woken = 0;
  part_receipts r{[&] { ++woken; }};
  r.add(link_call_id{1}, 10);
  r.add(link_call_id{1}, 20);
  r.add(link_call_id{2}, 5);
  BOOST_TEST(woken == 1);
  auto all = r.take();
  BOOST_TEST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].bytes == 30u);
  BOOST_TEST(r.take().empty());
  r.add(link_call_id{1}, 1);
  BOOST_TEST(woken == 2);
  r.close();
  BOOST_TEST(r.take().empty());
  r.add(link_call_id{1}, 1);
  BOOST_TEST(woken == 2);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(calls_that_are_away)

BOOST_AUTO_TEST_CASE(a_call_is_found_by_its_number_and_by_its_caller_until_it_is_taken) {
  calls_away away;
  auto sink = std::make_shared<testing::recording_sink>();
  auto id = away.add(make_routed(sink, 7), std::nullopt);
  BOOST_TEST_REQUIRE(away.find(id));
  BOOST_TEST(away.find(id)->bytes >= 100u);
  BOOST_TEST(!away.find(id)->sent);
  BOOST_TEST(*away.find(sink.get(), tag_id{7}) == id);
  BOOST_TEST(away.counts()->at("p") == 1u);
  holds(away.verify());
  auto c = away.take(id);
  BOOST_TEST(c.routed.call.tag == 7u);
  BOOST_TEST(!away.find(id));
  BOOST_TEST(!away.find(sink.get(), tag_id{7}));
  BOOST_TEST(away.counts()->empty());
  holds(away.verify());
}

BOOST_AUTO_TEST_CASE(a_number_is_not_used_twice) {
  calls_away away;
  auto sink = std::make_shared<testing::recording_sink>();
  auto first = away.add(make_routed(sink, 1), std::nullopt);
  away.take(first);
  auto second = away.add(make_routed(sink, 2), std::nullopt);
  BOOST_TEST(uint64_t{first} != uint64_t{second});
  BOOST_TEST(static_cast<uint32_t>(first) == static_cast<uint32_t>(second)); // one slot
  BOOST_TEST(!away.find(first));
}

BOOST_AUTO_TEST_CASE(a_call_that_has_ended_is_found_by_nobody) {
  calls_away away;
  auto sink = std::make_shared<testing::recording_sink>();
  auto id = away.add(make_routed(sink, 7), steady_clock::time_point{} + 1h);
  away.remove(id);
  BOOST_TEST(!away.find(id));
  BOOST_TEST(!away.find(sink.get(), tag_id{7}));
  BOOST_TEST(away.counts()->empty());
  BOOST_TEST(!away.earliest().has_value());
  BOOST_TEST(away.numbers_in_use() == 0u);
  holds(away.verify());
}

BOOST_AUTO_TEST_CASE(a_call_that_was_withdrawn_keeps_its_slot_until_it_is_answered) {
  calls_away away;
  auto sink = std::make_shared<testing::recording_sink>();
  auto first = away.add(make_routed(sink, 1), std::nullopt);
  BOOST_TEST(away.withdraw(first).routed.call.tag == 1u);
  BOOST_TEST(!away.find(first));
  BOOST_TEST(away.find_all(sink.get()).empty());
  BOOST_TEST(away.size() == 0u);
  holds(away.verify());
  auto second = away.add(make_routed(sink, 2), std::nullopt);
  BOOST_TEST(static_cast<uint32_t>(first) != static_cast<uint32_t>(second));
  away.end(second); // of a call that is waited for
  BOOST_TEST(away.find(second));
  away.end(first);
  away.end(first);
  auto third = away.add(make_routed(sink, 3), std::nullopt);
  BOOST_TEST(static_cast<uint32_t>(first) == static_cast<uint32_t>(third));
  BOOST_TEST(away.size() == 2u);
  away.withdraw(third);
  BOOST_TEST(away.take_all().size() == 1u);
  BOOST_TEST(away.size() == 0u);
  holds(away.verify());
}

BOOST_AUTO_TEST_CASE(all_calls_of_one_caller_are_found) {
  calls_away away;
  auto one = std::make_shared<testing::recording_sink>();
  auto two = std::make_shared<testing::recording_sink>();
  away.add(make_routed(one, 1), std::nullopt);
  away.add(make_routed(two, 1), std::nullopt);
  away.add(make_routed(one, 2), std::nullopt);
  away.add(make_routed(nullptr, 0), std::nullopt); // of an actor
  BOOST_TEST(away.find_all(one.get()).size() == 2u);
  holds(away.verify());
  BOOST_TEST(away.take_all().size() == 4u);
  holds(away.verify());
}

BOOST_AUTO_TEST_CASE(calls_are_found_when_they_are_due) {
  calls_away away;
  auto begin = steady_clock::time_point{} + 1h;
  auto late = away.add(make_routed(nullptr, 0), begin + 2s);
  auto soon = away.add(make_routed(nullptr, 0), begin + 1s);
  away.add(make_routed(nullptr, 0), std::nullopt);
  BOOST_TEST((*away.earliest() == begin + 1s));
  BOOST_TEST(!away.find_due(begin));
  BOOST_TEST(*away.find_due(begin + 1s) == soon);
  away.take(soon);
  BOOST_TEST(!away.find_due(begin + 1s));
  BOOST_TEST(*away.find_due(begin + 2s) == late);
  holds(away.verify());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(calls_that_are_held)

BOOST_AUTO_TEST_CASE(the_calls_of_a_caller_are_held_in_their_order) {
  held_calls held;
  auto one = std::make_shared<testing::recording_sink>();
  auto two = std::make_shared<testing::recording_sink>();
  for (uint64_t tag = 1; tag <= 3; ++tag)
    held.add(make_routed(one, tag));
  held.add(make_routed(two, 1));
  holds(held.verify());
  BOOST_TEST(!held.take(one.get(), tag_id{9}));
  BOOST_TEST(held.take(one.get(), tag_id{2})->call.tag == 2u);
  auto rest = held.take_all(one.get());
  BOOST_TEST_REQUIRE(rest.size() == 2u);
  BOOST_TEST(rest[1].call.tag == 3u);
  BOOST_TEST(held.take_all(one.get()).empty());
  BOOST_TEST(held.take_all().size() == 1u);
  BOOST_TEST(held.empty());
}

BOOST_AUTO_TEST_SUITE_END()
