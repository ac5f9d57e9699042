#include "tests/actors/behaviours/support_behaviours.hpp"

#include <stdexcept>

using namespace troupe;
using namespace troupe::testing;

namespace hosts {

outcome text(const char* json) {
  return outcome{shared_bytes{std::string{json}}};
}

} // namespace hosts

BOOST_FIXTURE_TEST_SUITE(hosts, behaviour_fixture)

BOOST_AUTO_TEST_CASE(a_behaviour_is_ready_once_its_actor_has_begun) {
  pool.window = 3;
  pool.behaviour.of = "back";
  pool.behaviour.options = R"({"limit":5})";
  start();
  BOOST_TEST_REQUIRE(record->ready.size() == 1u);
  BOOST_TEST(record->ready[0].second.window == 3u);
  BOOST_TEST(what->context.worker == "p.0");
  BOOST_TEST(what->context.of == "back");
  BOOST_TEST(what->context.options.at("limit").as_int64() == 5);
  BOOST_TEST(status().state == shown_state::ready);
  BOOST_TEST(status().name == "tested");
  BOOST_TEST(count_events("worker_ready") == 1u);
}

BOOST_AUTO_TEST_CASE(a_call_is_answered_by_the_behaviour_in_the_name_of_its_worker) {
  start();
  give(1);
  BOOST_TEST(status().in_flight == 1u);
  BOOST_TEST(what->calls.at(0).key == "key");
  answers(text("\"done\""));
  BOOST_TEST(sink->result(1) == "\"done\"");
  BOOST_TEST(sink->all[tag_id{1}][0]->worker.view() == "p.0");
  BOOST_TEST(status().in_flight == 0u);
}

BOOST_AUTO_TEST_CASE(more_calls_than_the_window_are_refused) {
  start();
  give(1);
  give(2);
  BOOST_TEST(sink->error(2).what == code::unavailable);
  BOOST_TEST(!sink->error(2).details.answered);
}

BOOST_AUTO_TEST_CASE(a_fault_of_a_behaviour_says_nothing_of_its_worker) {
  what->answer = [](auto, auto&) -> caf::result<outcome> {
    return to_error({code::unavailable, "not now"});
  };
  start();
  give(1);
  BOOST_TEST(sink->error(1).what == code::unavailable);
  BOOST_TEST(sink->error(1).details.answered);
  BOOST_TEST(status().state == shown_state::ready);
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_no_json_is_the_behaviours_mistake) {
  start();
  give(1);
  answers(text("done"));
  BOOST_TEST(sink->error(1).what == code::protocol_error);
}

BOOST_AUTO_TEST_CASE(a_throw_ends_the_worker_with_the_words_of_the_exception) {
  pool.window = 2;
  start();
  give(1);
  what->answer = [](auto, auto&) -> caf::result<outcome> {
    throw std::runtime_error("no such thing");
  };
  give(2);
  for (uint64_t ticket : {1, 2}) {
    BOOST_TEST(sink->count(ticket) == 1u);
    BOOST_TEST(sink->error(ticket).what == code::worker_died);
    BOOST_TEST(
        sink->error(ticket).message.ends_with(" ended by an error: no such thing"));
    BOOST_TEST(!sink->error(ticket).details.answered);
  }
  BOOST_TEST_REQUIRE(end.has_value());
  BOOST_TEST((end->details.end->reason == end_reason::crash));
  BOOST_TEST(record->counted.calls == 2u);
}

BOOST_AUTO_TEST_CASE(a_cancelled_call_is_told_to_a_behaviour_that_takes_it) {
  takes_cancel = true;
  start();
  give(1);
  cancel(1);
  BOOST_TEST(sink->error(1).what == code::cancelled);
  BOOST_TEST(what->cancelled == std::vector<uint64_t>{1},
             boost::test_tools::per_element());
  BOOST_TEST(released.empty());
  answers(text("1"));
  BOOST_TEST(released.size() == 1u);
  BOOST_TEST(sink->count(1) == 1u);
}

BOOST_AUTO_TEST_CASE(a_call_without_a_caller_that_does_not_end_in_time_ends_the_worker) {
  start();
  give(1);
  cancel(1, 3s);
  advance(2999ms);
  BOOST_TEST(!end);
  advance(1ms);
  BOOST_TEST_REQUIRE(end.has_value());
  BOOST_TEST((end->details.end->reason == end_reason::cancelled));
  BOOST_TEST(released.size() == 1u);
}

BOOST_AUTO_TEST_CASE(calls_end_before_a_worker_that_is_stopped) {
  start();
  give(1);
  tell(actor, atom::stop_v, end_reason::restart);
  give(2);
  BOOST_TEST(sink->error(2).what == code::unavailable);
  BOOST_TEST(!end);
  answers(text("1"));
  BOOST_TEST(sink->result(1) == "1");
  BOOST_TEST_REQUIRE(end.has_value());
  BOOST_TEST((end->details.end->reason == end_reason::restart));
}

BOOST_AUTO_TEST_CASE(a_stop_waits_no_longer_than_it_may) {
  start();
  give(1);
  tell(actor, atom::leave_v);
  advance(1999ms);
  BOOST_TEST(!end);
  advance(1ms);
  BOOST_TEST_REQUIRE(end.has_value());
  BOOST_TEST(sink->error(1).what == code::worker_died);
}

BOOST_AUTO_TEST_CASE(a_worker_asks_to_be_recycled_after_so_many_calls) {
  pool.recycle.jobs = 2;
  start();
  for (uint64_t ticket : {1, 2}) {
    give(ticket);
    answers(text("1"));
  }
  BOOST_TEST(record->recycled.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_a_behaviour_logs_is_in_the_log_and_kept) {
  start();
  tell(actor, log_line{log_severity::warn, "running low"});
  BOOST_TEST(logged("warning p.0: running low").size() == 1u);
  auto asked = ask(actor, atom::tail_v);
  BOOST_TEST(answer_of<std::vector<std::string>>(asked)
                 == std::vector<std::string>{"running low"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
