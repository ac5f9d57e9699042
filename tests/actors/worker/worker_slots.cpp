#include "actors/worker/worker_slots.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace troupe;
using namespace troupe::worker;

namespace slots_of_a_worker {

struct fixture {
  worker_slots slots;
  fixture() { slots.resize(2); }
};

} // namespace slots_of_a_worker

BOOST_FIXTURE_TEST_SUITE(slots_of_a_worker, fixture)

BOOST_AUTO_TEST_CASE(there_are_as_many_as_the_window) {
  BOOST_TEST(slots.take(ticket_id{1}));
  BOOST_TEST(slots.take(ticket_id{2}));
  BOOST_TEST(!slots.take(ticket_id{3}));
  BOOST_TEST(slots.used() == 2u);
}

BOOST_AUTO_TEST_CASE(no_two_uses_share_an_id) {
  std::set<std::pair<uint32_t, uint32_t>> seen;
  for (uint64_t t = 0; t < 100; ++t) {
    auto s = slots.take(ticket_id{t});
    BOOST_TEST(seen.emplace(s->id.slot, s->id.generation).second);
    slots.free(*s);
  }
}

BOOST_AUTO_TEST_CASE(an_id_finds_its_use_and_no_earlier_or_later_one) {
  auto id = slots.take(ticket_id{1})->id;
  BOOST_TEST(slots.find(id)->ticket == 1u);
  slots.free(*slots.find(id));
  BOOST_TEST(!slots.find(id));
  auto again = slots.take(ticket_id{2})->id;
  BOOST_TEST(again.slot == id.slot); // else this would test nothing
  BOOST_TEST(!slots.find(id));
  BOOST_TEST(!slots.find({id.slot, again.generation + 1}));
  BOOST_TEST(!slots.find({2, 1}));
  BOOST_TEST(!slots.find({UINT32_MAX, 0}));
}

BOOST_AUTO_TEST_CASE(an_abandoned_slot_is_used_but_does_not_run) {
  auto s = slots.take(ticket_id{1});
  slots.abandon(*s);
  BOOST_TEST(slots.used() == 1u);
  BOOST_TEST(slots.running() == 0u);
  BOOST_TEST(!slots.find_running(ticket_id{1}));
  BOOST_TEST(slots.find(s->id) == s);
  BOOST_TEST(!slots.oldest());
  slots.free(*s);
  BOOST_TEST(slots.used() == 0u);
  BOOST_TEST(slots.running() == 0u);
}

BOOST_AUTO_TEST_CASE(a_paused_slot_is_kept_for_its_session_and_goes_on_under_another_id) {
  auto s = slots.take(ticket_id{1});
  s->session = shared_bytes{std::string{"s-1"}};
  auto id = s->id;
  slots.pause(*s);
  BOOST_TEST(slots.used() == 1u);
  BOOST_TEST(slots.running() == 0u);
  BOOST_TEST(slots.paused() == 1u);
  BOOST_TEST(!slots.find_running(ticket_id{1}));
  BOOST_TEST(slots.find_paused("s-1") == s);
  BOOST_TEST(!slots.find_paused("s-2"));
  slots.resume(*s, ticket_id{9});
  BOOST_TEST(slots.paused() == 0u);
  BOOST_TEST(slots.find_running(ticket_id{9}) == s);
  BOOST_TEST(!slots.find(id));
  slots.pause(*s);
  slots.free(*s);
  BOOST_TEST(slots.paused() == 0u);
  BOOST_TEST(slots.used() == 0u);
  BOOST_TEST(!slots.find_paused("s-1"));
}

BOOST_AUTO_TEST_CASE(a_slot_is_held_for_a_session_that_paused_before) {
  BOOST_TEST(slots.hold(shared_bytes{std::string{"s-1"}}));
  BOOST_TEST(slots.hold(shared_bytes{std::string{"s-2"}}));
  BOOST_TEST(!slots.hold(shared_bytes{std::string{"s-3"}}));
  BOOST_TEST(slots.paused() == 2u);
  BOOST_TEST(slots.find_paused("s-2"));
  slots.abandon(*slots.find_paused("s-2"));
  BOOST_TEST(slots.paused() == 1u);
  BOOST_TEST(slots.used() == 2u);
}

BOOST_AUTO_TEST_CASE(what_the_child_works_on_counts_whether_or_not_anybody_waits) {
  auto s = slots.take(ticket_id{1});
  slots.take(ticket_id{2});
  slots.abandon(*s);
  BOOST_TEST(slots.active() == 2u);
  BOOST_TEST(slots.abandoned() == 1u);
  BOOST_TEST(slots.oldest()->ticket == 2u);
  BOOST_TEST(slots.oldest_active()->ticket == 1u);
  slots.free(*s);
  BOOST_TEST(slots.abandoned() == 0u);
  BOOST_TEST(slots.oldest_active()->ticket == 2u);
}

BOOST_AUTO_TEST_CASE(an_abandoned_slot_is_due_once_and_not_when_it_is_free) {
  auto a = slots.take(ticket_id{1});
  auto b = slots.take(ticket_id{2});
  steady_clock::time_point base{std::chrono::hours{1}};
  using std::chrono::seconds;
  slots.abandon(*a);
  slots.set_due(*a, base + seconds{5});
  slots.abandon(*b);
  slots.set_due(*b, base + seconds{9});
  slots.set_due(*b, base + seconds{3}); // in place of the other
  BOOST_TEST((slots.next_due() == base + seconds{3}));
  BOOST_TEST(!slots.take_due(base + seconds{2}));
  BOOST_TEST(slots.take_due(base + seconds{3}));
  BOOST_TEST(!slots.take_due(base + seconds{3}));
  slots.put_off(base + seconds{4});
  BOOST_TEST((slots.next_due() == base + seconds{5})); // it has that long anyway
  slots.put_off(base + seconds{6});
  BOOST_TEST((slots.next_due() == base + seconds{6}));
  slots.free(*a);
  BOOST_TEST(!slots.next_due().has_value());
  slots.free(*b);
}

BOOST_AUTO_TEST_CASE(age_goes_by_ticket_and_not_by_place) {
  auto first = slots.take(ticket_id{1});
  slots.take(ticket_id{2});
  slots.free(*first);
  slots.take(ticket_id{3});
  auto all = slots.by_age();
  BOOST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0]->ticket == 2u);
  BOOST_TEST(all[1]->ticket == 3u);
  BOOST_TEST(slots.oldest()->ticket == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
