#include "actors/worker/stop_ladder.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace troupe;
using namespace troupe::os;
using namespace troupe::worker;

BOOST_AUTO_TEST_SUITE(stop_ladders)

BOOST_AUTO_TEST_CASE(a_child_is_asked_to_end_once) {
  stop_ladder l;
  BOOST_TEST(!l.has_begun());
  BOOST_TEST(l.begin(end_reason::restart));
  BOOST_TEST(l.has_begun());
  BOOST_TEST(!l.begin(end_reason::shutdown));
  BOOST_TEST((l.end_with(exited{0}) == worker_end{end_reason::restart, exited{0}}));
}

BOOST_AUTO_TEST_CASE(the_first_reason_and_cause_stay) {
  stop_ladder l;
  l.insist(end_reason::timeout, {code::timeout, "first"});
  l.insist(end_reason::heartbeat, {code::worker_died, "second"});
  l.give_up({code::worker_died, "third"});
  BOOST_TEST(l.cause().message == "first");
  BOOST_TEST((l.end_with(unseen{}).reason == end_reason::timeout));
}

BOOST_AUTO_TEST_CASE(a_child_that_ends_by_itself_has_the_reason_of_its_status) {
  stop_ladder l;
  BOOST_TEST((l.end_with(exited{0}).reason == end_reason::exit));
  BOOST_TEST((l.end_with(exited{3}).reason == end_reason::crash));
  BOOST_TEST((l.end_with(signalled{SIGSEGV}).reason == end_reason::signal));
  BOOST_TEST(l.describe(exited{3}) == "exited with code 3");
  BOOST_TEST(l.describe(signalled{SIGKILL}) == "was ended by SIGKILL, not by the node");
}

BOOST_AUTO_TEST_CASE(a_closed_output_is_a_reason_but_no_cause) {
  stop_ladder l;
  l.note_hang_up();
  l.note_signal(SIGKILL);
  BOOST_TEST(!l.has_begun());
  BOOST_TEST((l.end_with(signalled{SIGKILL}).reason == end_reason::disconnected));
  BOOST_TEST(l.describe(signalled{SIGKILL})
             == "closed its input or output and lived on, and was killed by the node");
}

BOOST_AUTO_TEST_CASE(the_end_is_told_by_the_step_that_it_came_with) {
  stop_ladder asked;
  asked.begin(end_reason::restart);
  asked.note_signal(SIGTERM);
  BOOST_TEST(asked.describe(signalled{SIGTERM})
             == "ended at the node's SIGTERM: it had not ended when it was asked to");
  asked.note_signal(SIGKILL);
  BOOST_TEST(asked.describe(signalled{SIGKILL})
             == "was killed by the node: it had not ended at SIGTERM");
  stop_ladder at_once;
  at_once.insist(end_reason::shutdown, {code::shutting_down});
  at_once.note_signal(SIGKILL);
  BOOST_TEST(at_once.describe(signalled{SIGKILL}) == "was killed by the node, at once");
  stop_ladder at_fault;
  at_fault.insist(end_reason::frame, {code::protocol_error});
  at_fault.note_signal(SIGKILL);
  BOOST_TEST(at_fault.describe(signalled{SIGKILL}) == "was killed by the node");
}

BOOST_AUTO_TEST_CASE(a_cause_replaces_the_fault_of_an_end_and_its_message_if_it_has_one) {
  fault death{code::worker_died, "ended"};
  stop_ladder l;
  l.explain(death);
  BOOST_TEST((death.what == code::worker_died));
  l.begin(end_reason::stop);
  l.explain(death);
  BOOST_TEST((death.what == code::none));
  BOOST_TEST(death.message == "ended");
  l.blame({code::protocol_error, "because"});
  l.explain(death);
  BOOST_TEST((death.what == code::protocol_error));
  BOOST_TEST(death.message == "because");
}

BOOST_AUTO_TEST_CASE(one_that_survives_sigkill_has_a_cause) {
  stop_ladder l;
  l.note_hang_up();
  l.give_up({code::worker_died, "does not end"});
  BOOST_TEST(l.cause().message == "does not end");
  BOOST_TEST((l.end_with(unseen{}).reason == end_reason::disconnected));
}

BOOST_AUTO_TEST_SUITE_END()
