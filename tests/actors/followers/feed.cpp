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

enum class reaction { take, drop, fail, die, hold, try_again };

/// What a stand-in for a follower was told, and what it does next.
struct follower_record {
  /// The numbers of each batch.
  std::vector<std::string> batches;
  /// The last one is repeated.
  std::vector<reaction> reactions{reaction::take};
  /// What it was started with last.
  std::optional<follower_context> context;
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
    spawn = [this](follower_start start) -> follower_actor {
      ++record->starts;
      record->context = start.context();
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
                    case reaction::try_again:
                      r->context->report({"no ink", 500ms});
                      return r->held = me->make_response_promise<delivery>();
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
    feed = keep(sys.spawn(followers::feed_behavior,
                          followers::feed_setup{{config, behaviour_thread::own, {spawn}},
                                                "alpha",
                                                source,
                                                context()->log,
                                                since,
                                                before}));
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

  /// The follower fails once more to deliver the batch that it holds.
  void fails_again(const std::string& why) {
    record->context->report({why, 1s});
    run();
  }

  config::follower config;
  follower_spawner spawn;
  std::optional<sequence_id> since = sequence_id{};
  follower_totals before;
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
  BOOST_TEST(status().totals.taken == 3u);
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
  BOOST_TEST(status().totals.taken == 8u);
  BOOST_TEST(status().waiting == 0u);
}

BOOST_AUTO_TEST_CASE(a_flood_costs_one_question_each_rest) {
  start();
  happens("node_up", 500); // more than a batch of EVENTS
  advance(limits::follower_rest - 1ms);
  BOOST_TEST((told() == texts{"1"}));
  advance(1ms);
  BOOST_TEST(status().totals.taken == 1 + limits::event_batch);
  advance(limits::follower_rest);
  BOOST_TEST(status().totals.taken == 500u);
}

BOOST_AUTO_TEST_CASE(if_too_many_wait_the_oldest_become_a_gap) {
  config.queue_limit = 2;
  record->reactions = {reaction::hold, reaction::take};
  start();
  happens("node_up");
  happens("node_up", 5);
  advance(limits::follower_rest);
  BOOST_TEST(status().totals.dropped == 3u);
  lets_go();
  BOOST_TEST((told() == texts{"1", "2-4 5 6"}));
}

BOOST_AUTO_TEST_CASE(what_it_cannot_take_is_told_with_what_comes_next) {
  record->reactions = {reaction::drop, reaction::fail, reaction::take};
  start();
  happens("node_up");
  advance(limits::follower_rest);
  BOOST_TEST((told() == texts{"1"}));
  happens("node_up");
  advance(limits::follower_rest);
  BOOST_TEST((told() == texts{"1", "1-1 2"}));
  happens("node_up");
  advance(limits::follower_rest);
  BOOST_TEST((told() == texts{"1", "1-1 2", "1-2 3"}));
  BOOST_TEST(status().totals.dropped == 2u);
  BOOST_TEST(logged("warning follower alerts: has dropped 1 event: no paper").size()
             == 1u);
}

BOOST_AUTO_TEST_CASE(after_a_batch_that_failed_the_next_one_is_another_attempt) {
  record->reactions = {reaction::fail, reaction::hold};
  start();
  happens("node_up");
  BOOST_TEST((status().state == follower_state::idle));
  happens("node_up");
  advance(limits::follower_rest);
  BOOST_TEST((status().state == follower_state::retrying));
  lets_go();
  happens("node_up");
  advance(limits::follower_rest);
  BOOST_TEST((status().state == follower_state::delivering));
}

BOOST_AUTO_TEST_CASE(one_that_ended_is_started_again_with_the_same_events) {
  record->reactions = {reaction::die, reaction::take};
  start();
  happens("node_up");
  BOOST_TEST((told() == texts{"1"}));
  BOOST_TEST((status().state == follower_state::restarting));
  happens("node_down");
  advance(limits::follower_restart);
  BOOST_TEST(record->starts == 2u);
  BOOST_TEST((told() == texts{"1", "1", "2"}));
  BOOST_TEST(status().totals.ends == 1u);
  BOOST_TEST(status().totals.dropped == 0u);
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
  BOOST_TEST((told() == texts{"1", "1", "1", "1-1 2"}));
  BOOST_TEST(status().totals.dropped == 1u);
}

BOOST_AUTO_TEST_CASE(attempts_in_vain_are_counted_and_each_reason_is_logged_once) {
  record->reactions = {reaction::try_again, reaction::take};
  start();
  BOOST_TEST((status().state == follower_state::idle));
  happens("node_up");
  BOOST_TEST((status().state == follower_state::retrying));
  advance(limits::follower_report);
  fails_again("no ink");
  advance(limits::follower_report);
  fails_again("no paper");
  auto now = status();
  BOOST_TEST(now.totals.retried == 3u);
  BOOST_TEST(now.waiting == 1u);
  BOOST_TEST_REQUIRE(now.last_error.has_value());
  BOOST_TEST(now.last_error->message == "no paper");
  BOOST_TEST(
      logged("follower alerts: cannot deliver, and tries again in 500 ms: no ink").size()
      == 1u);
  BOOST_TEST(logged("tries again in 1000 ms: no paper").size() == 1u);
  lets_go();
  now = status();
  BOOST_TEST((now.state == follower_state::idle));
  BOOST_TEST(now.totals.taken == 1u);
  BOOST_TEST(now.totals.dropped == 0u);
  BOOST_TEST(logged("follower alerts: delivers again, after 3 failed attempts").size()
             == 1u);
}

BOOST_AUTO_TEST_CASE(one_that_was_added_later_gets_what_happens_from_then_on) {
  since = std::nullopt;
  happens("node_up", 3);
  start();
  BOOST_TEST(!status().position.has_value());
  happens("node_up");
  BOOST_TEST((told() == texts{"4"}));
  BOOST_TEST((status().position == sequence_id{4}));
}

BOOST_AUTO_TEST_CASE(one_that_is_stopped_says_where_it_was_and_the_next_goes_on_there) {
  record->reactions = {reaction::take, reaction::hold};
  start();
  happens("node_up");
  happens("node_down", 2);
  advance(limits::follower_rest);
  BOOST_TEST((told() == texts{"1", "2 3"}));
  auto asked = ask(feed, atom::stop_v);
  auto last = answer_of<follower_status>(asked);
  BOOST_TEST((last.position == sequence_id{1}));
  BOOST_TEST(last.waiting == 2u);
  BOOST_TEST(logged("follower alerts: stopped before 2 events were delivered").size()
             == 1u);
  record->reactions = {reaction::take};
  since = last.position;
  before = last.totals;
  start();
  BOOST_TEST((told() == texts{"1", "2 3", "2 3"}));
  BOOST_TEST(status().totals.taken == 3u);
}

BOOST_AUTO_TEST_CASE(what_was_refused_is_there_for_the_one_that_follows_on) {
  record->reactions = {reaction::fail};
  start();
  happens("node_up");
  advance(limits::follower_rest);
  BOOST_TEST((told() == texts{"1"}));
  auto asked = ask(feed, atom::stop_v);
  since = answer_of<follower_status>(asked).position; // a reload has changed the follower
  record->reactions = {reaction::take};
  start();
  BOOST_TEST((told() == texts{"1", "1"}));
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
  BOOST_TEST(status().totals.taken == 301u);
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
