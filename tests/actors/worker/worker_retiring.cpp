#include "protocol/wires/goridge_frame.hpp"
#include "tests/actors/worker/support_worker.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::wires;
using namespace troupe::worker;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;

namespace worker_retiring {

namespace gf = goridge_frame;

/// A WORKER whose child speaks goridge, in which an answer does not name its call.
struct goridge_fixture : worker_fixture {
  goridge_fixture() {
    pool.protocol = "goridge";
    start();
    process = started(0);
    says(gf::control, std::nullopt, R"({"pid":1000})");
    process->read();
  }

  void says(uint8_t flags, std::optional<std::string_view> context,
            std::string_view body) {
    std::string bytes;
    gf::append(bytes, flags, 0, context, body);
    tell(owner(0), atom::output_v, shared_bytes{std::move(bytes)});
  }
  /// The child has written this frame, and nobody has read it yet.
  void waits_in_the_pipe(std::string_view context, std::string_view body) {
    std::string bytes;
    gf::append(bytes, 0, 0, context, body);
    process->fetch = [this, bytes] {
      if (std::exchange(fetched, true))
        return false;
      caf::anon_send(owner(0), atom::output_v, shared_bytes{bytes});
      return true;
    };
  }
  void answers_with(std::string_view body) { says(0, "", body); }
  void says_stop() { says(0, R"({"stop":true})", ""); }

  /// Whether what waited in the pipe was read.
  bool fetched = false;
};

} // namespace worker_retiring

BOOST_FIXTURE_TEST_SUITE(worker_leaves, worker_fixture)

BOOST_AUTO_TEST_CASE(a_child_that_leaves_in_order_after_a_call_is_replaced) {
  start_ready();
  give(1);
  answers("0.1");
  dies(0);
  BOOST_TEST(record->retired == numbers{7}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_child_that_leaves_in_order_after_a_long_rest_is_replaced) {
  start_ready();
  advance(pool.restart.period);
  dies(0);
  BOOST_TEST(record->retired == numbers{7}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_child_that_leaves_as_soon_as_it_is_ready_is_a_failure) {
  start_ready();
  advance(pool.restart.period - 1ms);
  dies(0);
  BOOST_TEST(record->retired.empty());
}

BOOST_AUTO_TEST_CASE(a_child_that_fails_or_leaves_in_a_call_is_a_failure) {
  start_ready();
  give(1);
  dies(0);
  BOOST_TEST(sink->error(1).what == code::worker_died);
  BOOST_TEST(record->retired.empty());
}

BOOST_AUTO_TEST_CASE(a_child_that_leaves_with_another_status_is_a_failure) {
  start_ready();
  give(1);
  answers("0.1");
  dies(1);
  BOOST_TEST(record->retired.empty());
}

BOOST_AUTO_TEST_CASE(a_pool_that_restarts_failures_alone_replaces_none_that_left) {
  pool.restart.policy = config::restart_policy::on_failure;
  start_ready();
  give(1);
  answers("0.1");
  dies(0);
  BOOST_TEST(record->retired.empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(worker_retiring, goridge_fixture)

BOOST_AUTO_TEST_CASE(a_word_to_stop_after_an_answer_has_the_worker_replaced) {
  give(1);
  answers_with("1");
  says_stop();
  BOOST_TEST(sink->result(1) == "1");
  BOOST_TEST(record->retired == numbers{7}, boost::test_tools::per_element());
  dies(0);
  BOOST_TEST(end.value().what == code::none);
}

BOOST_AUTO_TEST_CASE(a_word_to_stop_in_place_of_the_first_answer_is_no_crash_either) {
  give(1);
  says_stop();
  BOOST_TEST(sink->count(1) == 1u); // given back: its broker runs it elsewhere
  BOOST_TEST(record->retired == numbers{7}, boost::test_tools::per_element());
  dies(0);
  BOOST_TEST(end.value().what == code::none);
}

BOOST_AUTO_TEST_CASE(an_error_is_the_answer_though_the_child_ends_after_it) {
  give_web(1, sink);
  says(gf::error, std::nullopt, "no luck");
  BOOST_TEST(sink->count(1) == 0u); // more may come
  dies(0);
  BOOST_TEST(sink->error(1).what == code::worker_error);
  BOOST_TEST(sink->error(1).message == "no luck");
  // It was idle, and has left in order.
  BOOST_TEST(record->retired == numbers{7}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_worker_that_stops_before_any_call_is_a_failure) {
  says_stop();
  BOOST_TEST(record->retired.empty());
  dies(0);
  BOOST_TEST(end.value().what == code::worker_died);
}

BOOST_AUTO_TEST_CASE(a_second_answer_is_found_before_the_next_call_is_written) {
  give(1);
  answers_with("1");
  process->read();
  waits_in_the_pipe("", "one more");
  give(2);
  BOOST_TEST(fetched);
  BOOST_TEST(process->read().empty());                  // nothing was written
  BOOST_TEST(sink->error(2).what == code::unavailable); // its broker runs it elsewhere
  BOOST_TEST(process->signals == std::vector<int>{SIGKILL},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_word_to_stop_that_waits_in_the_pipe_costs_no_call) {
  give(1);
  answers_with("1");
  process->read();
  waits_in_the_pipe(R"({"stop":true})", "");
  give(2);
  BOOST_TEST(sink->error(2).what == code::unavailable);
  BOOST_TEST(record->retired == numbers{7}, boost::test_tools::per_element());
  BOOST_TEST(process->signals.empty());
}

BOOST_AUTO_TEST_SUITE_END()
