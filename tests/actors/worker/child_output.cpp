// What a worker keeps of its child's output: frames, the last lines of stderr, pings that
// were answered, and what came before it was ready.

#include "actors/worker/child_start.hpp"
#include "actors/worker/frame_inflow.hpp"
#include "actors/worker/heartbeats.hpp"
#include "actors/worker/log_inflow.hpp"
#include "protocol/base/limits.hpp"
#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::worker;
using namespace troupe::testing;

BOOST_AUTO_TEST_SUITE(frame_inflows)

BOOST_AUTO_TEST_CASE(each_frame_is_handled_once_and_in_order) {
  frame_inflow in;
  BOOST_TEST(!in.has_frames());
  BOOST_TEST(!in.next());
  in.frames().push_back(wires::frame::pong{});
  in.frames().push_back(wires::frame::ready{});
  BOOST_TEST(std::holds_alternative<wires::frame::pong>(*in.next()));
  BOOST_TEST(in.handled() == 1u);
  BOOST_TEST(std::holds_alternative<wires::frame::ready>(*in.next()));
  BOOST_TEST(!in.next());
  BOOST_TEST(in.has_frames()); // handled, but not forgotten
  in.forget_frames();
  BOOST_TEST(!in.has_frames());
  BOOST_TEST(in.handled() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(log_inflows)

BOOST_AUTO_TEST_CASE(lines_are_taken_as_they_become_whole_and_the_last_are_kept) {
  log_inflow in;
  std::vector<std::string> lines;
  auto take = [&](std::string_view line) { lines.emplace_back(line); };
  in.add(0, shared_bytes{std::string{"one\ntwo\nth"}});
  in.take_lines(5, take);
  BOOST_TEST(lines == std::vector<std::string>{"one"}, boost::test_tools::per_element());
  BOOST_TEST(in.is_charged());
  in.take_lines(100, take);
  BOOST_TEST(in.empty());
  BOOST_TEST(lines.size() == 2u);
  in.finish(take);
  BOOST_TEST(lines.back() == "th");
  BOOST_TEST((in.last(2) == std::vector<std::string>{"two", "th"}));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(heartbeat_counts)

BOOST_AUTO_TEST_CASE(an_answer_is_for_all_that_was_sent_before) {
  heartbeats h;
  auto first = h.next();
  auto second = h.next();
  BOOST_TEST(h.is_missed(first));
  h.note_answer();
  BOOST_TEST(!h.is_missed(first));
  BOOST_TEST(!h.is_missed(second));
  BOOST_TEST(h.is_missed(h.next()));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(child_starts, fixture)

BOOST_AUTO_TEST_CASE(a_conversation_is_opened_once) {
  child_start s;
  BOOST_TEST(s.open());
  BOOST_TEST(!s.open());
}

BOOST_AUTO_TEST_CASE(a_delay_is_told_with_what_came_instead) {
  pool.boot_timeout = 2s;
  auto shared = context();
  child_start s;
  BOOST_TEST(s.explain_delay(*shared, "p.0", false).message
             == "p.0 was not ready within 2000 ms: nothing came on its stdout (does it "
                "flush what it prints, and speak json-lines?)");
  BOOST_TEST(s.explain_delay(*shared, "p.0", true).message
             == "p.0 did not connect to its socket (TROUPE_SOCKET) within 2000 ms");
  s.remember("hello");
  BOOST_TEST(s.explain_delay(*shared, "p.0", false).message
             == "p.0 was not ready within 2000 ms: what came on its stdout was not that "
                "it is ready: hello");
}

BOOST_AUTO_TEST_CASE(only_the_beginning_of_the_first_output_is_kept) {
  child_start s;
  for (int i = 0; i < 10; ++i)
    s.remember(std::string(limits::log_excerpt, 'x'));
  auto told = s.explain_delay(*context(), "p.0", false).message;
  BOOST_TEST(told.size() < 2 * limits::log_excerpt + 200);
}

BOOST_AUTO_TEST_SUITE_END()
