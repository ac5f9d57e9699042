#include "actors/worker/worker_phase.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::worker;

namespace worker_phases {

constexpr auto phases = static_cast<size_t>(worker_phase::count_);
constexpr auto events = static_cast<size_t>(worker_event::count_);

} // namespace worker_phases

BOOST_AUTO_TEST_SUITE(worker_phases)

BOOST_AUTO_TEST_CASE(every_phase_has_a_name_of_its_own) {
  for (size_t a = 0; a < phases; ++a)
    for (size_t b = 0; b < a; ++b)
      BOOST_TEST(word_for(shown_as(static_cast<worker_phase>(a)))
                 != word_for(shown_as(static_cast<worker_phase>(b))));
}

BOOST_AUTO_TEST_CASE(any_living_worker_can_be_stopped_and_can_end) {
  for (auto p : {worker_phase::starting, worker_phase::ready, worker_phase::busy,
                 worker_phase::stopping}) {
    BOOST_TEST(
        (worker_transitions.next(p, worker_event::stopped) == worker_phase::stopping));
    BOOST_TEST((worker_transitions.next(p, worker_event::ended) == worker_phase::dead));
  }
}

BOOST_AUTO_TEST_CASE(the_dead_stay_dead_and_those_that_stop_do_not_come_back) {
  for (size_t e = 0; e < events; ++e) {
    auto event = static_cast<worker_event>(e);
    auto after_death = worker_transitions.next(worker_phase::dead, event);
    BOOST_TEST((!after_death || after_death == worker_phase::dead));
    auto after_stop = worker_transitions.next(worker_phase::stopping, event);
    BOOST_TEST((!after_stop || after_stop == worker_phase::stopping
                || after_stop == worker_phase::dead));
  }
}

BOOST_AUTO_TEST_CASE(only_one_that_is_ready_or_busy_takes_a_call) {
  for (size_t p = 0; p < phases; ++p) {
    auto phase = static_cast<worker_phase>(p);
    auto takes = phase == worker_phase::ready || phase == worker_phase::busy;
    auto next = worker_transitions.next(phase, worker_event::call_started);
    BOOST_TEST(next.has_value() == takes);
    BOOST_TEST((!next || next == worker_phase::busy));
  }
}

BOOST_AUTO_TEST_CASE(
    ready_is_reached_from_starting_by_greeting_and_from_busy_when_empty) {
  for (size_t p = 0; p < phases; ++p)
    for (size_t e = 0; e < events; ++e) {
      auto phase = static_cast<worker_phase>(p);
      auto event = static_cast<worker_event>(e);
      auto expected =
          (phase == worker_phase::starting && event == worker_event::handshake_sent)
          || (phase == worker_phase::busy && event == worker_event::slots_free);
      BOOST_TEST((worker_transitions.next(phase, event) == worker_phase::ready)
                 == expected);
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_happen_leaves_a_worker_where_it_is) {
  auto phase = worker_phase::starting;
  BOOST_TEST(worker_transitions.advance(phase, worker_event::handshake_sent));
  BOOST_TEST((phase == worker_phase::ready));
  BOOST_TEST(!worker_transitions.advance(phase, worker_event::handshake_sent));
  BOOST_TEST((phase == worker_phase::ready));
}

BOOST_AUTO_TEST_SUITE_END()
