#include "tests/actors/terminal/support_terminal.hpp"

#include "actors/interfaces/crash_record.hpp"
#include "protocol/base/limits.hpp"

#include <csignal>

using namespace troupe;
using namespace troupe::terminal;
using namespace troupe::wires;
using namespace troupe::worker;
using namespace troupe::testing;

using texts = std::vector<std::string>;

BOOST_FIXTURE_TEST_SUITE(terminal_actor_rules, terminal_fixture)

// -- typing ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(
    an_input_is_acknowledged_when_its_last_byte_has_reached_the_program) {
  start();
  auto first = types("hello");
  auto second = types("you");
  BOOST_TEST(reads(4) == "hell");
  BOOST_TEST(sink->count(first) == 0u);
  BOOST_TEST(reads(2) == "oy");
  BOOST_TEST(sink->result(first) == R"({"name":"p.0","bytes_written":5})");
  BOOST_TEST(sink->count(second) == 0u);
  BOOST_TEST(reads() == "ou");
  BOOST_TEST(sink->result(second) == R"({"name":"p.0","bytes_written":3})");
}

BOOST_AUTO_TEST_CASE(an_input_that_did_not_reach_the_program_is_an_error) {
  start();
  auto first = types("one");
  auto second = types("two");
  auto third = types("three");
  BOOST_TEST(reads(4) == "onet");
  BOOST_TEST(sink->result(first) == R"({"name":"p.0","bytes_written":3})");
  hangs_up();
  BOOST_TEST(sink->error(second).what == code::protocol_error);
  BOOST_TEST(sink->error(third).what == code::protocol_error);
  // Nor does anything after it.
  BOOST_TEST(sink->error(types("four")).what == code::protocol_error);
  BOOST_TEST(sink->error(types("")).what == code::protocol_error);
  BOOST_TEST(program->outbox().empty());
}

BOOST_AUTO_TEST_CASE(an_input_that_its_program_did_not_live_to_read_is_an_error) {
  start();
  auto input = types("hello");
  BOOST_TEST(reads(2) == "he");
  ends(3);
  BOOST_TEST(sink->error(input).what == code::worker_died);
  BOOST_TEST(sink->count(input) == 1u);
}

BOOST_AUTO_TEST_CASE(a_cancelled_input_is_not_typed_unless_it_was_begun) {
  start();
  auto first = types("one");
  auto second = types("two");
  auto third = types("three");
  BOOST_TEST(reads(1) == "o");
  cancel(first);
  cancel(second);
  BOOST_TEST(sink->error(first).what == code::cancelled);
  BOOST_TEST(sink->error(second).what == code::cancelled);
  BOOST_TEST(reads() == "nethree");
  BOOST_TEST(sink->result(third) == R"({"name":"p.0","bytes_written":5})");
}

BOOST_AUTO_TEST_CASE(what_a_program_does_not_read_is_bounded) {
  start();
  auto waiting = types(std::string(limits::terminal_input, 'x'));
  BOOST_TEST(sink->error(types("y")).what == code::busy);
  reads();
  BOOST_TEST(sink->count(waiting) == 1u);
  BOOST_TEST(sink->error(types("y")).what == code::none);
}

BOOST_AUTO_TEST_CASE(anybody_may_type_whoever_drives) {
  start();
  give("resize", R"({"rows":30,"cols":90,"session_id":"a"})");
  auto input = types("x");
  BOOST_TEST(reads() == "x");
  BOOST_TEST(sink->result(input) == R"({"name":"p.0","bytes_written":1})");
}

// -- its size --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(whoever_decides_the_size_does_so_until_not_heard_of_for_long) {
  start();
  auto resize = [&](const std::string& who, int rows) {
    return of("applied", "resize",
              R"({"cols":90,"session_id":")" + who + "\",\"rows\":" + std::to_string(rows)
                  + "}");
  };
  BOOST_TEST(resize("a", 30) == "true");
  BOOST_TEST(resize("b", 40) == "false");
  sched.clock().current_time += limits::resize_lease - 1ms;
  BOOST_TEST(resize("b", 40) == "false");
  BOOST_TEST(resize("a", 30) == "false"); // unchanged, but heard of
  sched.clock().current_time += limits::resize_lease - 1ms;
  BOOST_TEST(resize("b", 40) == "false");
  sched.clock().current_time += 1ms;
  BOOST_TEST(resize("b", 40) == "true");
  BOOST_TEST(resize("a", 30) == "false");
  BOOST_TEST((program->sizes == std::vector<std::pair<int, int>>{{30, 90}, {40, 90}}));
  BOOST_TEST(count_events("agent_driver_changed") == 2u);
}

BOOST_AUTO_TEST_CASE(what_is_no_flag_gives_nobody_the_size) {
  start();
  for (auto key : {"take", "release"}) {
    auto asked =
        R"({"rows":30,"cols":90,"session_id":"a",")" + std::string{key} + "\":1}";
    auto why = sink->error(give("resize", asked));
    BOOST_TEST((why.what == code::bad_request));
    BOOST_TEST(why.message == std::string{key} + ": expected true or false");
  }
  BOOST_TEST(program->sizes.empty());
}

BOOST_AUTO_TEST_CASE(it_says_who_decides_its_size) {
  start();
  auto driver = [&] { return of("driver", "info"); };
  BOOST_TEST(driver() == "null");
  give("resize", R"({"rows":30,"cols":90,"session_id":"a"})");
  BOOST_TEST(driver() == "a");
  sched.clock().current_time += limits::resize_lease;
  BOOST_TEST(driver() == "null"); // it was silent for too long
  give("resize", R"({"rows":30,"cols":90,"session_id":"b"})");
  give("resize", R"({"release":true,"session_id":"b"})");
  BOOST_TEST(driver() == "null");
}

BOOST_AUTO_TEST_CASE(a_size_without_a_session_is_taken_and_the_owner_takes_it_back) {
  start();
  auto as_owner = R"({"rows":30,"cols":90,"session_id":"a"})";
  BOOST_TEST(of("applied", "resize", as_owner) == "true");
  BOOST_TEST(of("reason", "resize", as_owner) == "unchanged");
  BOOST_TEST(of("applied", "resize", R"({"rows":10,"cols":20,"session_id":" "})")
             == "true");
  BOOST_TEST(of("applied", "resize", R"({"rows":10,"cols":20})") == "true");
  BOOST_TEST(of("reason", "resize", R"({"rows":9,"cols":9,"session_id":"b"})")
             == "not_resize_owner"); // it took nothing over
  BOOST_TEST(of("applied", "resize", as_owner) == "true");
  BOOST_TEST(
      (program->sizes == std::vector<std::pair<int, int>>{{30, 90}, {10, 20}, {30, 90}}));
}

BOOST_AUTO_TEST_CASE(a_claim_is_applied_even_where_the_size_is_that_already) {
  start();
  BOOST_TEST(of("applied", "resize", R"({"rows":24,"cols":80,"session_id":"a"})")
             == "true");
  BOOST_TEST(program->sizes.empty());
  BOOST_TEST(of("released", "resize", R"({"release":true,"session_id":"b"})") == "false");
  BOOST_TEST(of("released", "resize", R"({"release":true,"session_id":"a"})") == "true");
  BOOST_TEST(of("applied", "resize", R"({"rows":24,"cols":80,"session_id":"b"})")
             == "true");
}

// -- messages --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_message_waits_until_the_program_is_quiet_and_is_entered_later) {
  pool.terminal.boot = 10s;
  start();
  prints("> ");
  advance(200ms);
  give("send", R"({"message":"hello","from":"bob"})");
  prints("busy");
  advance(299ms);
  BOOST_TEST(program->outbox().empty());
  advance(1ms);
  BOOST_TEST(reads() == "Message from bob: hello");
  advance(99ms);
  BOOST_TEST(reads() == "");
  BOOST_TEST(deliveries() == texts{"queued"}, boost::test_tools::per_element());
  advance(1ms);
  BOOST_TEST(reads() == "\r");
  BOOST_TEST((deliveries() == texts{"queued", "injected"}));
  prints("> Message from bob: hel\r\nlo");
  advance(2ms);
  BOOST_TEST((deliveries() == texts{"queued", "injected", "verified"}));
}

BOOST_AUTO_TEST_CASE(a_message_that_steers_waits_for_nothing) {
  start();
  prints("working");
  give("send", R"({"message":"stop","mode":"steer"})");
  BOOST_TEST(reads() == "stop");
}

BOOST_AUTO_TEST_CASE(messages_are_typed_one_after_the_other) {
  start();
  give("send", R"({"message":"one"})");
  give("send", R"({"message":"two"})");
  BOOST_TEST(reads() == "one");
  prints("one");
  advance(100ms);
  BOOST_TEST(reads() == "\r");
  advance(199ms); // 299 since it printed
  BOOST_TEST(reads() == "");
  advance(2ms);
  BOOST_TEST(reads() == "two");
}

BOOST_AUTO_TEST_CASE(a_message_whose_echo_is_not_seen_has_failed) {
  start();
  give("send", R"({"message":"hello"})");
  advance(100ms);
  BOOST_TEST(reads() == "hello\r");
  prints("help?");
  advance(std::chrono::duration_cast<milliseconds>(limits::echo_patience) - 1ms);
  BOOST_TEST((deliveries() == texts{"queued", "injected"}));
  advance(1ms);
  BOOST_TEST((deliveries() == texts{"queued", "injected", "failed"}));
  BOOST_TEST(of("pending_messages", "info") == "0");
}

BOOST_AUTO_TEST_CASE(a_message_that_nobody_can_read_has_failed_and_the_next_is_tried) {
  start();
  types("x");
  hangs_up();
  give("send", R"({"message":"hello"})");
  BOOST_TEST((deliveries() == texts{"queued", "failed"}));
}

BOOST_AUTO_TEST_CASE(held_messages_are_typed_when_flushed_and_fail_with_their_program) {
  start();
  BOOST_TEST(of("matched", "mode", R"({"mode":"manual_flush"})") == "true");
  BOOST_TEST(of("queued", "send", R"({"message":"one"})") == "true");
  BOOST_TEST(of("queued", "send", R"({"message":"two"})") == "true");
  advance(10s);
  BOOST_TEST(reads() == "");
  BOOST_TEST(of("flushed", "flush") == "2");
  BOOST_TEST(reads() == "one");
  give("send", R"({"message":"three"})");
  ends(0);
  BOOST_TEST((deliveries()
              == texts{"queued", "queued", "queued", "failed", "failed", "failed"}));
}

BOOST_AUTO_TEST_CASE(a_message_waits_for_the_first_output_of_a_fresh_program) {
  pool.terminal.boot = 10s;
  start();
  give("send", R"({"message":"one"})");
  give("send", R"({"message":"two"})");
  advance(5s);
  BOOST_TEST(reads() == "");
  prints("welcome");
  advance(299ms);
  BOOST_TEST(reads() == "");
  prints("> ");
  advance(299ms);
  BOOST_TEST(reads() == "");
  advance(2ms);
  BOOST_TEST(reads() == "one");
}

BOOST_AUTO_TEST_CASE(a_fresh_program_is_waited_for_no_longer_than_it_may_boot) {
  pool.terminal.boot = 10s;
  start();
  give("send", R"({"message":"silent"})");
  advance(9999ms);
  BOOST_TEST(reads() == "");
  advance(1ms);
  BOOST_TEST(reads() == "silent");
}

BOOST_AUTO_TEST_CASE(a_fresh_program_that_is_never_quiet_is_typed_to_all_the_same) {
  pool.terminal.boot = 2s;
  start();
  give("send", R"({"message":"hello"})");
  for (int i = 0; i < 19; ++i) {
    prints("|");
    advance(100ms);
  }
  BOOST_TEST(reads() == "");
  prints("|");
  advance(101ms);
  BOOST_TEST(reads() == "hello");
}

BOOST_AUTO_TEST_CASE(a_message_that_steers_waits_for_the_first_output_and_nothing_else) {
  pool.terminal.boot = 10s;
  start();
  give("send", R"({"message":"stop","mode":"steer"})");
  advance(1s);
  BOOST_TEST(reads() == "");
  prints("working");
  advance(1ms);
  BOOST_TEST(reads() == "stop");
}

BOOST_AUTO_TEST_CASE(an_echo_of_the_kernel_verifies_nothing) {
  start();
  program->cooked = true;
  give("send", R"({"message":"hello"})");
  prints("hello");
  advance(100ms);
  BOOST_TEST(reads() == "hello\r");
  prints("\r\nhello\r\n"); // as `cat` says it once more
  advance(2ms);
  advance(std::chrono::duration_cast<milliseconds>(limits::echo_patience));
  BOOST_TEST((deliveries() == texts{"queued", "injected"}));
  BOOST_TEST(of("pending_messages", "info") == "0");
}

BOOST_AUTO_TEST_CASE(a_message_that_not_even_the_kernel_echoes_is_told_as_lost) {
  start();
  program->cooked = true;
  give("send", R"({"message":"hello"})");
  advance(100ms);
  advance(std::chrono::duration_cast<milliseconds>(limits::echo_patience));
  BOOST_TEST((deliveries() == texts{"queued", "injected", "failed"}));
}

BOOST_AUTO_TEST_CASE(a_program_that_takes_its_terminal_over_must_echo_by_itself) {
  for (auto echoes : {false, true}) {
    published->clear();
    start();
    program->cooked = true;
    give("send", R"({"message":"hello"})");
    prints("hello"); // the kernel
    program->cooked = false;
    advance(100ms);
    BOOST_TEST(reads() == "hello\r");
    if (echoes)
      prints("> hello");
    advance(2ms);
    advance(std::chrono::duration_cast<milliseconds>(limits::echo_patience));
    BOOST_TEST(
        (deliveries() == texts{"queued", "injected", echoes ? "verified" : "failed"}));
  }
}

// -- as an agent -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_silence_is_told_once_until_there_is_output_again) {
  pool.terminal.idle_after = 5s;
  start();
  prints("one");
  advance(4999ms);
  BOOST_TEST(count_events("agent_idle") == 0u);
  BOOST_TEST(of("current_state", "info") == "working");
  advance(1ms);
  BOOST_TEST(count_events("agent_idle") == 1u);
  BOOST_TEST(of("current_state", "info") == "idle");
  advance(1min);
  BOOST_TEST(count_events("agent_idle") == 1u);
  prints("two");
  BOOST_TEST(of("current_state", "info") == "working");
  advance(5s);
  BOOST_TEST(count_events("agent_idle") == 2u);
}

BOOST_AUTO_TEST_CASE(channels_come_and_go_whatever_the_case_of_their_letters) {
  start();
  BOOST_TEST(of("channels", "subscribe", R"({"channels":["General","dev"]})")
             == R"(["General","dev"])");
  BOOST_TEST(of("channels", "subscribe", R"({"channels":["GENERAL","ops"]})")
             == R"(["General","dev","ops"])");
  BOOST_TEST(of("channels", "unsubscribe", R"({"channels":["general","none"]})")
             == R"(["dev","ops"])");
  BOOST_TEST(count_events("channel_subscribed") == 2u);
  BOOST_TEST(count_events("channel_unsubscribed") == 1u);
  BOOST_TEST(sink->error(give("subscribe", R"({"channels":"dev"})")).what
             == code::bad_request);
}

BOOST_AUTO_TEST_CASE(a_model_is_set_as_a_person_would_set_it) {
  start();
  BOOST_TEST(of("model", "model", R"({"model":" opus\u001b[A\r "})") == "opus[A");
  BOOST_TEST(reads() == "/model opus[A\r");
  BOOST_TEST(of("model", "info") == "opus[A");
  BOOST_TEST(sink->error(give("model", R"({"model":" "})")).what == code::bad_request);
}

// -- output ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_program_is_held_up_until_its_output_has_been_taken_in) {
  std::vector<stream_part> parts;
  events = keep(sys.spawn([&parts]() -> events_actor::behavior_type {
    return {
        [](atom::publish, const event&) {},
        [&parts](atom::publish, const stream_part& p) { parts.push_back(p); },
        [](const submissions&) {},
        [](atom::cancel, const reply_sink_ptr&, tag_id) {},
        [](atom::forget, const reply_sink_ptr&) {},
        [](atom::writable, const reply_sink_ptr&) {},
        [](const call&) -> caf::result<outcome> { return caf::sec::unexpected_message; },
        [](internal::check_followers) {},
    };
  }));
  start();
  prints(std::string(1000, 'x'));
  BOOST_TEST(program->is_read);
  prints(std::string(300'000, 'x'));
  BOOST_TEST(!program->is_read);
  for (auto& p : parts)
    p.flow->remove(p.bytes.size());
  run();
  BOOST_TEST(program->is_read);
  BOOST_TEST(parts.back().offset == 301'000u);
  parts.clear();
}

BOOST_AUTO_TEST_CASE(a_character_that_is_cut_in_two_is_put_together) {
  start();
  prints("a\xC3");
  BOOST_TEST(of("offset", "snapshot") == "1");
  prints("\xA9");
  BOOST_TEST(of("offset", "snapshot") == "3");
  BOOST_TEST(of("screen", "snapshot").starts_with("a\xC3\xA9"));
}

// -- ends ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(it_is_hung_up_then_terminated_then_killed) {
  pool.stop_timeout = 2s;
  start();
  tell(actor, atom::stop_v, end_reason::stop);
  BOOST_TEST((program->signals == std::vector<int>{SIGHUP, SIGCONT}));
  BOOST_TEST(sink->error(types("x")).what == code::unavailable);
  advance(1s);
  BOOST_TEST(program->signals.back() == SIGTERM);
  advance(2s);
  BOOST_TEST(program->signals.back() == SIGKILL);
}

BOOST_AUTO_TEST_CASE(bytes_messages_and_living_programs_are_counted) {
  auto crashes = std::make_shared<crash_record>();
  records_of_terminals = crashes;
  auto& totals = crashes->totals();
  start();
  BOOST_TEST(totals.living.get() == 1u);
  types("hello");
  BOOST_TEST(totals.input_bytes.get() == 0u); // it has not read them
  reads(4);
  BOOST_TEST(totals.input_bytes.get() == 4u);
  prints("> ");
  BOOST_TEST(totals.output_bytes.get() == 2u);
  give("send", R"({"message":"one"})");
  BOOST_TEST(totals.deliveries(delivery_result::failed) == 0u);
  ends(0);
  BOOST_TEST(totals.deliveries(delivery_result::failed) == 1u);
  BOOST_TEST(totals.living.get() == 0u);
  BOOST_TEST(totals.output_bytes.get() == 2u); // the total stays
}

BOOST_AUTO_TEST_SUITE_END()
