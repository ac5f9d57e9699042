#include "tests/actors/worker/support_worker.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::worker;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;
using names = std::vector<std::string>;

namespace sessions_in_workers {

struct session_fixture : worker_fixture {
  step_result step_of(uint64_t ticket) const {
    auto& all = sink->all.at(ticket);
    BOOST_REQUIRE(all.size() == 1u);
    BOOST_REQUIRE(all.front().has_value());
    return all.front()->step;
  }
  /// Starts it and brings session `s` to its first pause, as ticket 1.
  void start_paused(const std::string& ready = "") {
    start_ready(ready);
    give_step(1, "s");
    asks("0.1");
    process->read();
  }
};

constexpr auto can_end = R"(,"capabilities":["end_session"])";

} // namespace sessions_in_workers

BOOST_FIXTURE_TEST_SUITE(sessions_in_workers, session_fixture)

BOOST_AUTO_TEST_CASE(a_step_that_asks_is_settled_and_keeps_its_slot) {
  start_paused();
  BOOST_TEST((step_of(1) == step_result::paused));
  BOOST_TEST(sink->result(1) == R"({"queries":[{"id":"q"}]})");
  BOOST_TEST(status().in_flight == 0u);
  BOOST_TEST(status().state == shown_state::busy);
  give(2);
  BOOST_TEST(sink->error(2).what == code::unavailable);
}

BOOST_AUTO_TEST_CASE(the_next_step_has_another_id_and_ends_the_session_with_its_result) {
  start_paused();
  give_step(2, "s", job_start::resumed);
  BOOST_TEST(has(process->read(), R"("request_id":"0.2")"));
  answers("0.1", "\"late\"");
  BOOST_TEST(sink->count(2) == 0u);
  answers("0.2", "\"end\"");
  BOOST_TEST((step_of(2) == step_result::done));
  BOOST_TEST(sink->result(2) == "\"end\"");
  BOOST_TEST(status().state == shown_state::ready);
  BOOST_TEST(status().late == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_asked_outside_of_a_session_is_a_result) {
  start_ready();
  give(1);
  asks("0.1");
  BOOST_TEST(sink->result(1) == R"({"queries":[{"id":"q"}]})");
  BOOST_TEST(status().state == shown_state::ready);
}

BOOST_AUTO_TEST_CASE(an_answer_to_a_step_that_has_asked_changes_nothing) {
  start_paused();
  answers("0.1");
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(status().late == 1u);
  give_step(2, "s", job_start::resumed);
  answers("0.2");
  BOOST_TEST(sink->count(2) == 1u);
}

BOOST_AUTO_TEST_CASE(a_session_that_is_not_here_cannot_go_on_here) {
  start_paused();
  give_step(2, "t", job_start::resumed);
  BOOST_TEST(sink->error(2).what == code::worker_died);
  BOOST_TEST(process->read().empty());
}

BOOST_AUTO_TEST_CASE(a_session_that_ends_is_told_to_a_child_that_can_end_it) {
  start_paused(can_end);
  end_session("s");
  BOOST_TEST(has(process->read(), R"("kind":"end_session","request_id":"0.2")"));
  BOOST_TEST(ended.empty());
  answers("0.2");
  BOOST_TEST(ended == names{"s"}, boost::test_tools::per_element());
  BOOST_TEST(status().state == shown_state::ready);
  BOOST_TEST(process->signals.empty());
}

BOOST_AUTO_TEST_CASE(a_child_that_cannot_end_a_session_is_killed) {
  start_paused();
  end_session("s");
  BOOST_TEST(process->signals.size() == 1u);
  dies(0);
  BOOST_TEST(ended == names{"s"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_child_that_does_not_answer_the_end_of_a_session_is_killed) {
  start_paused(can_end);
  end_session("s");
  advance(2s);
  BOOST_TEST(process->signals.size() == 1u);
}

BOOST_AUTO_TEST_CASE(other_sessions_in_the_child_outlive_one_that_it_cannot_end) {
  pool.window = 2;
  start_paused();
  give_step(2, "t");
  asks("1.1");
  end_session("s");
  advance(2s);
  BOOST_TEST(process->signals.empty());
  BOOST_TEST(status().state == shown_state::stopping);
  BOOST_TEST(record->retired == numbers{7}, boost::test_tools::per_element());
  give_step(3, "t", job_start::resumed);
  answers("1.2", "\"good\"");
  BOOST_TEST(sink->result(3) == "\"good\"");
  BOOST_TEST(process->signals.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_step_that_is_cancelled_and_then_asks_has_not_ended) {
  start_ready(R"(,"capabilities":["cancel","end_session"])");
  give_step(1, "s");
  cancel(1);
  process->read();
  asks("0.1");
  BOOST_TEST(released.empty());
  BOOST_TEST(has(process->read(), "end_session"));
  answers("0.2");
  BOOST_TEST(released == numbers{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_child_that_waits_for_a_sessions_next_step_is_pinged) {
  pool.heartbeat.every = 1s;
  start_paused(R"(,"capabilities":["ping"])");
  advance(1s);
  BOOST_TEST(has(process->read(), "\"ping\""));
}

BOOST_AUTO_TEST_CASE(a_paused_session_is_no_call_that_dies_with_the_child) {
  start_paused();
  dies(3);
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_REQUIRE(end.has_value());
  BOOST_TEST(end->what == code::worker_died);
}

// -- over the end of a node ------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_child_that_may_outlive_the_node_stays_with_the_sessions_in_it) {
  start_paused();
  process->detached_as_ =
      std::make_shared<const detached_process>(detached_process{1000, 5, "/s", "/l"});
  tell(actor, atom::leave_v);
  BOOST_TEST(process->left);
  BOOST_TEST(process->signals.empty());
  BOOST_TEST(process->read().empty());
  BOOST_REQUIRE(end.has_value());
  BOOST_TEST(end->what == code::shutting_down);
}

BOOST_AUTO_TEST_CASE(without_a_session_in_it_it_is_ended_as_any_other) {
  start_ready();
  process->detached_as_ =
      std::make_shared<const detached_process>(detached_process{1000, 5, "/s", "/l"});
  tell(actor, atom::leave_v);
  BOOST_TEST(!process->left);
  BOOST_TEST(has(process->read(), "\"shutdown\""));
}

BOOST_AUTO_TEST_CASE(a_child_that_ends_with_the_node_is_ended_whatever_is_in_it) {
  start_paused();
  tell(actor, atom::leave_v);
  BOOST_TEST(!process->left);
  BOOST_TEST(has(process->read(), "\"shutdown\""));
}

BOOST_AUTO_TEST_CASE(where_it_may_stay_is_told_with_what_it_asks) {
  start_ready();
  auto home =
      std::make_shared<const detached_process>(detached_process{1000, 5, "/s", "/l"});
  process->detached_as_ = home;
  give_step(1, "s");
  asks("0.1");
  BOOST_TEST((sink->all.at(1).front().value().detached_as == home));
}

BOOST_AUTO_TEST_CASE(a_child_that_was_left_is_taken_over_with_its_sessions) {
  pool.window = 3;
  adopted = detached_worker{0, {55, 5, "/s", "/l"}, {"s", "t"}};
  start();
  BOOST_TEST((starter->launches.at(0).adopts == adopted->process));
  process = boots(0);
  process->read();
  BOOST_REQUIRE(record->ready.size() == 1u);
  BOOST_TEST(record->ready[0].second.sessions == (names{"s", "t"}),
             boost::test_tools::per_element());
  BOOST_TEST(status().state == shown_state::busy);
  give_step(1, "t", job_start::resumed);
  auto call = process->read();
  BOOST_REQUIRE(has(call, "\"request_id\":\"1."));
  // An answer to a call of the earlier node is nobody's.
  answers("1.1");
  BOOST_TEST(sink->count(1) == 0u);
  auto begin = call.find("\"1.") + 1;
  answers(call.substr(begin, call.find('"', begin) - begin), "\"end\"");
  BOOST_TEST(sink->result(1) == "\"end\"");
}

BOOST_AUTO_TEST_CASE(sessions_that_no_longer_fit_are_not_held) {
  pool.window = 1;
  adopted = detached_worker{0, {55, 5, "/s", "/l"}, {"s", "t"}};
  start_ready();
  BOOST_TEST(record->ready.at(0).second.sessions == names{"s"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
