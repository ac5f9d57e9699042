#include "actors/supervisor/replica_plan.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace troupe::supervisor;

namespace replica_states {

using state = replica_state;
using event = replica_event;
using occupancy = replica_occupancy;

std::vector<state> all_states() {
  std::vector<state> all;
  for (size_t i = 0; i < static_cast<size_t>(state::count_); ++i)
    all.push_back(static_cast<state>(i));
  return all;
}

std::vector<event> all_events() {
  std::vector<event> all;
  for (size_t i = 0; i < static_cast<size_t>(event::count_); ++i)
    all.push_back(static_cast<event>(i));
  return all;
}

constexpr auto nothing = std::nullopt;

/// Returns a plan in this state, reached by events.
replica_plan in(state wanted) {
  replica_plan plan;
  auto apply = [&](auto... events) {
    for (auto e : {events...})
      BOOST_TEST(plan.apply(e));
  };
  switch (wanted) {
    case state::closed:
    case state::count_:
      break;
    case state::closed_stopped:
      apply(event::stopped);
      break;
    case state::stopped:
      apply(event::opened, event::stopped);
      break;
    case state::wanted:
      apply(event::opened);
      break;
    case state::in_line:
      apply(event::opened, event::queued);
      break;
    case state::delayed:
      apply(event::opened, event::postponed);
      break;
    case state::ended:
      apply(event::opened, event::given_up);
      break;
  }
  BOOST_TEST((plan.state() == wanted));
  return plan;
}

} // namespace replica_states

BOOST_AUTO_TEST_SUITE(replica_states)

BOOST_AUTO_TEST_CASE(every_state_is_reached_and_left) {
  for (auto s : all_states()) {
    in(s);
    size_t ways_out = 0;
    for (auto e : all_events())
      if (auto next = replica_transitions.next(s, e))
        ways_out += *next != s;
    BOOST_TEST(ways_out > 0u);
  }
}

BOOST_AUTO_TEST_CASE(a_replica_is_opened_once_and_closed_once) {
  for (auto s : all_states()) {
    auto open = in(s).is_open();
    BOOST_TEST(replica_transitions.next(s, event::opened).has_value() == !open);
    BOOST_TEST(replica_transitions.next(s, event::closed).has_value() == open);
  }
  BOOST_TEST((replica_transitions.next(state::closed, event::opened) == state::wanted));
}

BOOST_AUTO_TEST_CASE(what_is_stopped_stays_stopped_until_a_restart) {
  for (auto s : all_states()) {
    auto stopped = replica_transitions.next(s, event::stopped);
    BOOST_REQUIRE(stopped.has_value());
    BOOST_TEST(in(*stopped).is_stopped());
    BOOST_TEST(in(*stopped).is_open() == in(s).is_open());
    for (auto e : all_events())
      if (auto next = replica_transitions.next(*stopped, e))
        BOOST_TEST(in(*next).is_stopped() == (e != event::restarted));
  }
  BOOST_TEST(
      (replica_transitions.next(state::stopped, event::restarted) == state::wanted));
  BOOST_TEST((replica_transitions.next(state::closed_stopped, event::restarted)
              == state::closed));
}

BOOST_AUTO_TEST_CASE(a_start_waits_or_is_given_up_only_where_a_worker_is_wanted) {
  for (auto s : all_states()) {
    auto wanted = s == state::wanted;
    BOOST_TEST((replica_transitions.next(s, event::queued)
                == (wanted ? std::optional{state::in_line} : nothing)));
    BOOST_TEST((replica_transitions.next(s, event::postponed)
                == (wanted ? std::optional{state::delayed} : nothing)));
    BOOST_TEST((replica_transitions.next(s, event::filled)
                == (wanted ? std::optional{state::wanted} : nothing)));
    BOOST_TEST((replica_transitions.next(s, event::given_up) == state::ended) == wanted);
  }
}

BOOST_AUTO_TEST_CASE(a_start_that_is_tried_ends_every_wait_but_opens_nothing) {
  for (auto s : all_states())
    BOOST_TEST((replica_transitions.next(s, event::start_tried)
                == (in(s).is_enabled() ? state::wanted : s)));
}

BOOST_AUTO_TEST_CASE(the_breaker_cancels_starts_but_brings_nothing_back) {
  for (auto s : all_states())
    BOOST_TEST((replica_transitions.next(s, event::start_cancelled)
                == (in(s).waits() ? state::wanted : s)));
}

BOOST_AUTO_TEST_CASE(no_worker_lives_where_a_start_is_waited_for_or_given_up) {
  for (auto s : all_states()) {
    auto is_empty = in(s).waits() || s == state::ended;
    BOOST_TEST(may_house(s, occupancy::vacant));
    for (auto o : {occupancy::occupied, occupancy::replacing, occupancy::successor_only})
      BOOST_TEST(may_house(s, o) == !is_empty);
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_happen_changes_nothing_and_is_counted) {
  for (auto s : all_states())
    for (auto e : all_events()) {
      auto plan = in(s);
      auto next = replica_transitions.next(s, e);
      BOOST_TEST(plan.apply(e) == next.has_value());
      BOOST_TEST((plan.state() == next.value_or(s)));
      BOOST_TEST(plan.refused() == (next ? 0u : 1u));
    }
}

BOOST_AUTO_TEST_CASE(a_plan_has_a_time_while_it_waits) {
  using namespace std::chrono_literals;
  replica_plan::time_point now{1h};
  auto plan = in(state::wanted);
  BOOST_TEST(!plan.start_at().has_value());
  BOOST_TEST(plan.delay_until(now + 1s));
  BOOST_TEST((plan.start_at() == now + 1s));
  BOOST_TEST(!plan.is_due(now + 999ms));
  BOOST_TEST(plan.is_due(now + 1s));
  BOOST_TEST(!plan.queue(now)); // one wait at a time
  BOOST_TEST((plan.start_at() == now + 1s));
  plan.apply(event::start_tried);
  BOOST_TEST(!plan.start_at().has_value());
  BOOST_TEST(!plan.is_due(now + 1h));
  BOOST_TEST(plan.queue(now));
  BOOST_TEST(plan.is_due(now));
}

BOOST_AUTO_TEST_SUITE_END()
