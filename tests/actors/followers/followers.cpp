// Proves what a reload does with followers, and that a node knows how they are.
#include "actors/followers/followers.hpp"

#include "actors/events/events.hpp"
#include "tests/actors/fixture.hpp"
#include "tests/actors/told_metrics.hpp"

#include <algorithm>

using namespace troupe;
using namespace troupe::followers;
using namespace troupe::testing;

namespace sets_of_followers {

struct followers_fixture : fixture {
  followers_fixture() { source = keep(sys.spawn(troupe::events::events_behavior)); }
  ~followers_fixture() {
    self->send_exit(all, caf::exit_reason::user_shutdown);
    run();
    all = nullptr;
    source = nullptr;
  }

  /// Returns a follower that notes what it gets as `NAME:NUMBER`.
  /// @param holds Whether it never answers.
  prepared_follower noting(const std::string& name, bool holds = false,
                           const std::string& read = {}) {
    prepared_follower f;
    f.config.name = name;
    f.config.behaviour = "noting";
    f.config.events = {"node_up"};
    f.equipment.read = read;
    f.equipment.spawn = [this, name, holds](follower_start) -> follower_actor {
      return keep(
          sys.spawn([this, name,
                     holds](follower_actor::pointer me) -> follower_actor::behavior_type {
            return {[this, me, name,
                     holds](atom::follow, const event_batch& b) -> caf::result<delivery> {
              for (auto& e : b.events)
                notes.push_back(name + ':' + std::to_string(e.seq));
              if (holds)
                return me->make_response_promise<delivery>();
              return delivery::taken;
            }};
          }));
    };
    return f;
  }

  void start(std::vector<prepared_follower> first) {
    all = keep(sys.spawn(
        followers_behavior,
        followers_setup{{}, "alpha", source, context()->log, {std::move(first)}}));
    run();
  }

  follower_changes reload(std::vector<prepared_follower> wanted) {
    auto asked = ask(all, atom::reload_v, follower_list{std::move(wanted)});
    return answer_of<follower_changes>(asked);
  }

  std::vector<follower_status> status() {
    auto asked = ask(all, atom::status_v);
    return answer_of<follower_report>(asked).all;
  }

  void happens() {
    tell(source, atom::publish_v, event{"node_up"});
    advance(limits::follower_rest);
  }

  events_actor source;
  followers_actor all;
  std::vector<std::string> notes;
};

using texts = std::vector<std::string>;

} // namespace sets_of_followers

BOOST_FIXTURE_TEST_SUITE(sets_of_followers, followers_fixture)

BOOST_AUTO_TEST_CASE(
    the_first_followers_get_what_happened_before_and_are_listed_by_name) {
  happens();
  start({noting("b"), noting("a")});
  BOOST_TEST(notes.size() == 2u);
  auto rows = status();
  BOOST_TEST_REQUIRE(rows.size() == 2u);
  BOOST_TEST(rows[0].name == "a");
  BOOST_TEST(rows[1].name == "b");
  BOOST_TEST(rows[1].behaviour == "noting");
  BOOST_TEST(rows[1].totals.taken == 1u);
}

BOOST_AUTO_TEST_CASE(a_reload_adds_and_removes_and_leaves_the_others_alone) {
  start({noting("a"), noting("b")});
  happens();
  auto done = reload({noting("b"), noting("c")});
  BOOST_TEST((done.added == texts{"c"}));
  BOOST_TEST((done.removed == texts{"a"}));
  BOOST_TEST(done.changed.empty());
  notes.clear();
  happens();
  BOOST_TEST((std::count(notes.begin(), notes.end(), "b:2") == 1));
  BOOST_TEST((std::count(notes.begin(), notes.end(), "c:2") == 1));
  BOOST_TEST(notes.size() == 2u);
  BOOST_TEST(reload({noting("b"), noting("c")}).is_empty());
}

BOOST_AUTO_TEST_CASE(one_that_has_changed_goes_on_with_what_it_had_not_taken) {
  start({noting("a", true)});
  happens();
  happens();
  BOOST_TEST((notes == texts{"a:1"}));
  auto changed = noting("a");
  changed.config.batch = 1;
  auto done = reload({changed});
  run();
  BOOST_TEST((done.changed == texts{"a"}));
  advance(limits::follower_rest);
  BOOST_TEST((notes == texts{"a:1", "a:1", "a:2"}));
  BOOST_TEST(status().front().totals.taken == 2u);
}

BOOST_AUTO_TEST_CASE(another_key_in_a_file_is_a_change_and_what_was_counted_stays) {
  start({noting("a", false, "old key")});
  happens();
  BOOST_TEST((reload({noting("a", false, "new key")}).changed == texts{"a"}));
  happens();
  BOOST_TEST((notes == texts{"a:1", "a:2"}));
  BOOST_TEST(status().front().totals.taken == 2u);
}

BOOST_AUTO_TEST_CASE(one_whose_feed_has_ended_is_told_of_and_started_by_a_reload) {
  start({noting("a")});
  happens();
  auto me = static_cast<followers_self*>(caf::actor_cast<caf::abstract_actor*>(all));
  self->send_exit(me->state.entries.at("a").feed, caf::exit_reason::out_of_workers);
  run();
  BOOST_TEST(logged("critical follower a: its feed has ended").size() == 1u);
  BOOST_TEST((status().front().state == follower_state::silent));
  BOOST_TEST((reload({noting("a")}).changed == texts{"a"}));
  happens();
  BOOST_TEST(notes.back() == "a:2");
}

BOOST_AUTO_TEST_CASE(the_node_waits_for_all_of_them_but_not_for_ever) {
  start({noting("a"), noting("b", true)});
  happens();
  auto drained = ask(all, atom::drain_v);
  BOOST_TEST(!has_answer());
  advance(limits::follower_farewell);
  BOOST_TEST(has_answer());
  answer_of<atom::drain>(drained);
}

BOOST_AUTO_TEST_CASE(without_followers_there_is_nothing_to_wait_for) {
  start({});
  BOOST_TEST(status().empty());
  auto drained = ask(all, atom::drain_v);
  BOOST_TEST(has_answer());
  answer_of<atom::drain>(drained);
}

BOOST_AUTO_TEST_CASE(metrics_tell_what_became_of_the_events_of_each) {
  start({noting("a"), noting("b", true)});
  happens();
  happens();
  auto asked = ask(all, atom::measure_v);
  auto told = told_metrics(answer_of<metrics_snapshot_ptr>(asked));
  BOOST_TEST(told["troupe_follower_events_total a delivered"] == 2);
  BOOST_TEST(told["troupe_follower_events_total b delivered"] == 0);
  BOOST_TEST(told["troupe_follower_waiting_events a"] == 0);
  BOOST_TEST(told["troupe_follower_waiting_events b"] == 2);
}

BOOST_AUTO_TEST_SUITE_END()
