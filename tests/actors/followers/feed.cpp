#include "actors/followers/feed.hpp"

#include "actors/events/events.hpp"
#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace feeds {

/// Ends as it is told, or answers later, when the test says so.
using patient_follower = follower_actor::extend_with<caf::typed_actor<
    // From the test: answers the batch that it has.
    caf::reacts_to<atom::writable>>>;

enum class reaction { take, drop, fail, die, hold };

/// What a stand-in for a follower was told, and what it does next.
struct follower_record {
  /// The numbers of each batch.
  std::vector<std::string> batches;
  /// The last one is repeated.
  std::vector<reaction> reactions{reaction::take};
  caf::typed_response_promise<delivery> held;
  patient_follower actor;
  size_t starts = 0;

  reaction next() {
    auto now = reactions.front();
    if (reactions.size() > 1)
      reactions.erase(reactions.begin());
    return now;
  }
};

std::string spell(const event_batch& batch) {
  std::string out;
  for (auto& e : batch.events)
    out += (out.empty() ? "" : " ")
           + (e.gap ? std::to_string(e.gap->from) + '-' + std::to_string(e.gap->to)
                    : std::to_string(e.seq));
  return out;
}

/// A FEED with a real EVENTS, and a stand-in for its follower.
struct feed_fixture : fixture {
  feed_fixture() {
    config.name = "alerts";
    config.behaviour = "stand-in";
    config.events = {"node_up", "node_down"};
    kind.name = "stand-in";
    kind.spawn = [this](follower_start) -> follower_actor {
      ++record->starts;
      record->actor = sys.spawn(
          [r = record](patient_follower::pointer me) -> patient_follower::behavior_type {
            return {
                [r, me](atom::follow, const event_batch& batch) -> caf::result<delivery> {
                  r->batches.push_back(spell(batch));
                  switch (r->next()) {
                    case reaction::take:
                      return delivery::taken;
                    case reaction::drop:
                      return delivery::dropped;
                    case reaction::fail:
                      return to_error(fault{code::unavailable, "no paper"});
                    case reaction::die:
                      me->quit(to_error(fault{code::internal, "out of order"}));
                      [[fallthrough]];
                    default:
                      return r->held = me->make_response_promise<delivery>();
                  }
                },
                [r](atom::writable) { r->held.deliver(delivery::taken); },
            };
          });
      return keep(record->actor);
    };
    source = keep(sys.spawn(troupe::events::events_behavior));
  }
  ~feed_fixture() {
    source = nullptr;
    feed = nullptr;
    *record = {};
  }

  void start() {
    feed = keep(
        sys.spawn(followers::feed_behavior,
                  followers::feed_setup{config, &kind, "alpha", source, context()->log}));
    run();
  }

  void happens(const std::string& what, int times = 1) {
    while (times-- > 0)
      tell(source, atom::publish_v, event{what, {{"worker", "w.0"}}, "w.0"});
  }

  follower_status status() {
    auto asked = ask(feed, atom::status_v);
    return answer_of<follower_status>(asked);
  }

  /// The follower answers the batch that it holds.
  void lets_go() { tell(record->actor, atom::writable_v); }

  const std::vector<std::string>& told() const { return record->batches; }

  config::follower config;
  follower_kind kind;
  std::shared_ptr<follower_record> record = std::make_shared<follower_record>();
  events_actor source;
  feed_actor feed;
};

using texts = std::vector<std::string>;

} // namespace feeds

BOOST_FIXTURE_TEST_SUITE(feeds, feed_fixture)

BOOST_AUTO_TEST_CASE(a_follower_is_told_what_it_wants_from_the_start_of_the_node) {
  happens("node_up");
  happens("worker_ready");
  happens("node_down");
  start();
  BOOST_TEST((told() == texts{"1 3"}));
  happens("worker_ready");
  happens("node_up");
  advance(limits::follower_rest);
  BOOST_TEST((told() == texts{"1 3", "5"}));
  BOOST_TEST(status().taken == 3u);
}

BOOST_AUTO_TEST_CASE(what_comes_while_it_is_busy_is_told_in_order_and_in_batches) {
  config.batch = 3;
  record->reactions = {reaction::hold, reaction::take};
  start();
  happens("node_up");
  for (int i = 0; i < 7; ++i) {
    advance(limits::follower_rest);
    happens("node_up");
  }
  advance(limits::follower_rest);
  BOOST_TEST((told() == texts{"1"}));
  BOOST_TEST(status().waiting == 8u);
  lets_go();
  BOOST_TEST((told() == texts{"1", "2 3 4", "5 6 7", "8"}));
  BOOST_TEST(status().taken == 8u);
  BOOST_TEST(status().waiting == 0u);
}

BOOST_AUTO_TEST_CASE(a_flood_costs_one_question_each_rest) {
  start();
  happens("node_up", 500); // more than a batch of EVENTS
  advance(limits::follower_rest - 1ms);
  BOOST_TEST((told() == texts{"1"}));
  advance(1ms);
  BOOST_TEST(status().taken == 1 + limits::event_batch);
  advance(limits::follower_rest);
  BOOST_TEST(status().taken == 500u);
}

BOOST_AUTO_TEST_CASE(if_too_many_wait_the_oldest_become_a_gap) {
  config.queue_limit = 2;
  record->reactions = {reaction::hold, reaction::take};
  start();
  happens("node_up");
  happens("node_up", 5);
  advance(limits::follower_rest);
  BOOST_TEST(status().dropped == 3u);
  lets_go();
  BOOST_TEST((told() == texts{"1", "2-4 5 6"}));
}

BOOST_AUTO_TEST_CASE(what_it_cannot_take_is_told_with_what_comes_next) {
  record->reactions = {reaction::drop, reaction::fail, reaction::take};
  start();
  happens("node_up");
  BOOST_TEST((told() == texts{"1", "1-1", "1-1"})); // the gap is news, too
  happens("node_up");
  advance(limits::follower_rest);
  BOOST_TEST(told().back() == "2");
  BOOST_TEST(status().dropped == 1u);
  BOOST_TEST(logged("warning follower alerts: has dropped 1 events: no paper").size()
             == 1u);
}

BOOST_AUTO_TEST_CASE(one_that_ended_is_started_again_with_the_same_events) {
  record->reactions = {reaction::die, reaction::take};
  start();
  happens("node_up");
  BOOST_TEST((told() == texts{"1"}));
  BOOST_TEST(!status().runs);
  happens("node_down");
  advance(limits::follower_restart);
  BOOST_TEST(record->starts == 2u);
  BOOST_TEST((told() == texts{"1", "1", "2"}));
  BOOST_TEST(status().ends == 1u);
  BOOST_TEST(status().dropped == 0u);
  BOOST_TEST(logged("follower alerts: has ended: out of order").size() == 1u);
}

BOOST_AUTO_TEST_CASE(events_that_end_it_again_and_again_are_dropped) {
  record->reactions = {reaction::die, reaction::die, reaction::die, reaction::take};
  start();
  happens("node_up");
  for (size_t i = 0; i < limits::follower_deaths; ++i)
    advance(limits::follower_restart);
  happens("node_down");
  advance(limits::follower_rest);
  BOOST_TEST((told() == texts{"1", "1", "1", "1-1", "2"}));
  BOOST_TEST(status().dropped == 1u);
}

BOOST_AUTO_TEST_CASE(a_node_that_stops_waits_for_the_last_events) {
  record->reactions = {reaction::hold, reaction::take};
  start();
  happens("node_up");
  happens("node_down", 300);
  auto drained = ask(feed, atom::drain_v);
  BOOST_TEST(!has_answer());
  lets_go();
  BOOST_TEST(has_answer());
  answer_of<atom::drain>(drained);
  BOOST_TEST(status().taken == 301u);
}

BOOST_AUTO_TEST_CASE(it_does_not_wait_for_ever) {
  record->reactions = {reaction::hold};
  start();
  happens("node_up", 2);
  auto drained = ask(feed, atom::drain_v);
  advance(limits::follower_farewell - 1ms);
  BOOST_TEST(!has_answer());
  advance(1ms);
  BOOST_TEST(has_answer());
  answer_of<atom::drain>(drained);
  BOOST_TEST(
      logged("follower alerts: the node ends before 2 events were delivered").size()
      == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
