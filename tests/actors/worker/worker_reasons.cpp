// Proves that each end of a worker carries the reason for it, and what is known besides.
#include "tests/actors/worker/support_worker.hpp"

#include "protocol/base/limits.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::worker;
using namespace troupe::testing;

namespace worker_reasons {

struct reason_fixture : worker_fixture {
  /// Returns the reason that its end carries; `none` where it has none.
  std::string reason() const {
    auto found = end ? reason_in(*end) : std::nullopt;
    return found ? std::string{word_for(*found)} : "none";
  }
  /// Returns whether the event of its end has that reason, too.
  bool is_published() const {
    for (auto& e : *published)
      if (e.kind == "worker_exited")
        return has(to_text(e.members), "\"reason\":\"" + reason() + "\"");
    return false;
  }
  bool is(const std::string& wanted) const {
    return reason() == wanted && is_published();
  }
};

} // namespace worker_reasons

BOOST_FIXTURE_TEST_SUITE(worker_reasons, reason_fixture)

BOOST_AUTO_TEST_CASE(one_that_exits_has_exited_or_crashed) {
  start_ready();
  dies(0);
  BOOST_TEST(is("exit"), reason());
}

BOOST_AUTO_TEST_CASE(one_that_fails_has_crashed) {
  start_ready();
  dies(3);
  BOOST_TEST(is("crash"), reason());
}

BOOST_AUTO_TEST_CASE(a_signal_that_the_node_did_not_send_is_called_so) {
  start_ready();
  exits(0, signalled{SIGKILL});
  BOOST_TEST(is("signal"), reason());
  BOOST_TEST(has(end->message, "SIGKILL, not by the node"));
}

BOOST_AUTO_TEST_CASE(one_that_closes_its_output_is_disconnected) {
  start_ready();
  tell(owner(0), atom::output_v, shared_bytes{});
  advance(limits::hang_up_grace);
  exits(0, signalled{SIGKILL});
  BOOST_TEST(is("disconnected"), reason());
  BOOST_TEST(has(end->message, "closed its input or output"));
}

BOOST_AUTO_TEST_CASE(one_that_does_not_finish_a_call_in_time_is_killed_for_that) {
  start_ready();
  give(1, 100ms);
  advance(100ms);
  cancel(1);
  advance(limits::cancel_grace);
  exits(0, signalled{SIGKILL});
  BOOST_TEST(is("timeout"), reason());
  BOOST_TEST(!has(end->message, "SIGKILL"));
}

BOOST_AUTO_TEST_CASE(one_that_does_not_stop_a_cancelled_call_is_killed_for_that) {
  start_ready(R"(,"capabilities":["cancel"])");
  give(1, 100s);
  cancel(1);
  advance(limits::cancel_grace);
  exits(0, signalled{SIGKILL});
  BOOST_TEST(is("cancelled"), reason());
}

BOOST_AUTO_TEST_CASE(one_that_answers_no_ping_is_killed_for_that) {
  pool.heartbeat = {1s, 500ms};
  start_ready(R"(,"capabilities":["ping"])");
  advance(1500ms);
  exits(0, signalled{SIGKILL});
  BOOST_TEST(is("heartbeat"), reason());
}

BOOST_AUTO_TEST_CASE(one_whose_frames_are_lost_is_killed_for_that) {
  pool.max_frame = 64;
  start_ready();
  tell(owner(0), atom::output_v, shared_bytes{std::string(5000, 'x')});
  exits(0, signalled{SIGKILL});
  BOOST_TEST(is("frame"), reason());
}

BOOST_AUTO_TEST_CASE(one_of_another_version_breaks_the_protocol) {
  start();
  started(0);
  writes(0, R"({"kind":"ready","payload":{"protocol":7}})");
  exits(0, signalled{SIGKILL});
  BOOST_TEST(is("protocol_error"), reason());
  BOOST_TEST(end->what == code::version_mismatch);
}

BOOST_AUTO_TEST_CASE(one_that_is_told_to_stop_ends_for_the_reason_that_it_was_told) {
  for (auto why : {end_reason::jobs, end_reason::reload, end_reason::shutdown}) {
    start_ready();
    tell(actor, atom::stop_v, why);
    BOOST_TEST(has(process->read(), "\"reason\":\"" + std::string{word_for(why)} + '"'));
    exits(starter->launches.size() - 1, exited{0});
    BOOST_TEST(reason() == word_for(why));
    BOOST_TEST(end->what == code::none);
    starter->launches.clear();
  }
}

BOOST_AUTO_TEST_CASE(a_kill_by_the_node_is_told_as_one) {
  start_ready();
  tell(actor, atom::stop_v, end_reason::stop);
  advance(pool.stop_timeout * 2);
  exits(0, signalled{SIGKILL});
  BOOST_TEST(is("stop"), reason());
  BOOST_TEST(has(end->message, "was killed by the node: it had not ended at SIGTERM"));
}

BOOST_AUTO_TEST_CASE(one_that_had_no_time_to_end_is_not_said_to_have_let_it_pass) {
  start_ready();
  tell(actor, atom::stop_v, end_reason::shutdown);
  self->send_exit(actor, caf::exit_reason::user_shutdown);
  run();
  exits(0, signalled{SIGKILL});
  BOOST_TEST(is("shutdown"), reason());
  BOOST_TEST(has(end->message, "was killed by the node, at once"), end->message);
}

// -- what is known besides ---------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_late_start_says_that_nothing_came) {
  pool.boot_timeout = 300ms;
  start();
  started(0);
  advance(300ms);
  exits(0, signalled{SIGKILL});
  BOOST_TEST(is("timeout"), reason());
  BOOST_TEST(end->what == code::boot_timeout);
  BOOST_TEST(end->message
             == "p.0 was not ready within 300 ms: nothing came on its stdout (does it "
                "flush what it prints, and speak json-lines?)");
}

BOOST_AUTO_TEST_CASE(a_late_start_says_what_came_instead) {
  pool.boot_timeout = 300ms;
  pool.window = 2; // where one stray line is not the end of a call
  start();
  started(0);
  writes(0, "Loading model...");
  advance(300ms);
  exits(0, signalled{SIGKILL});
  BOOST_TEST(has(end->message,
                 "what came on its stdout was not that it is ready: Loading "
                 "model..."));
}

BOOST_AUTO_TEST_CASE(output_that_is_no_frame_is_shown_and_cut) {
  start_ready();
  give(1);
  writes(0, "Warning: " + std::string(1000, 'x'));
  auto message = sink->error(1).message;
  BOOST_TEST(has(message, "wrote output that is no frame: Warning: xxx"));
  BOOST_TEST(message.size() < 300u);
}

BOOST_AUTO_TEST_CASE(its_last_lines_are_handed_on_when_it_ends) {
  start_ready();
  complains(0, "Traceback\nboom");
  dies(1);
  BOOST_TEST(record->last_words == (std::vector<std::string>{"Traceback", "boom"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
