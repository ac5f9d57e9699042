#include "protocol/base/fault_json.hpp"
#include "tests/actors/worker/support_worker.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::wires;
using namespace troupe::worker;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;
using signal_list = std::vector<int>;

BOOST_FIXTURE_TEST_SUITE(workers, worker_fixture)

// -- starting --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_child_is_greeted_and_its_ready_reaches_the_supervisor) {
  start();
  auto c = started(0);
  auto hello = c->read();
  BOOST_TEST(has(hello, R"("kind":"hello")"));
  BOOST_TEST(has(hello, R"("worker":"p.0")"));
  BOOST_TEST(status().state == shown_state::starting);
  BOOST_TEST(record->ready.empty());
  writes(0, R"({"kind":"ready","payload":{"protocol":1,"name":"prog","version":"2"}})");
  BOOST_TEST(status().state == shown_state::ready);
  BOOST_REQUIRE(record->ready.size() == 1u);
  BOOST_TEST(record->ready[0].first == 7u);
  BOOST_TEST(record->ready[0].second.pid == 1000);
  BOOST_TEST(record->ready[0].second.name == "prog");
  BOOST_TEST(record->ready[0].second.version == "2");
}

BOOST_AUTO_TEST_CASE(a_second_ready_is_ignored) {
  start_ready();
  writes(0, R"({"kind":"ready","payload":{"protocol":1,"window":1}})");
  BOOST_TEST(record->ready.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_child_may_take_fewer_calls_than_the_pool_allows) {
  pool.window = 4;
  start_ready(R"(,"window":2)");
  BOOST_TEST(record->ready.at(0).second.window == 2u);
  give(1);
  give(2);
  give(3);
  BOOST_TEST(sink->error(3).what == code::unavailable);
  BOOST_TEST(status().in_flight == 2u);
}

BOOST_AUTO_TEST_CASE(a_child_cannot_take_more_calls_than_the_pool_allows) {
  pool.window = 2;
  start_ready(R"(,"window":9)");
  BOOST_TEST(record->ready.at(0).second.window == 2u);
}

BOOST_AUTO_TEST_CASE(a_pool_without_handshake_is_ready_as_soon_as_the_child_runs) {
  pool.ready = config::ready_mode::spawn;
  start();
  auto c = started(0);
  BOOST_TEST(c->read().empty());
  BOOST_TEST(record->ready.size() == 1u);
  give(1);
  BOOST_TEST(!c->read().empty());
}

BOOST_AUTO_TEST_CASE(a_child_that_is_silent_for_boot_timeout_is_killed) {
  pool.boot_timeout = 3s;
  start();
  auto c = started(0);
  complains(0, "loading the model\n");
  advance(2999ms);
  BOOST_TEST(c->signals.empty());
  advance(1ms);
  BOOST_TEST(c->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
  BOOST_TEST(!end.has_value());
  exits(0, signalled{SIGKILL});
  BOOST_REQUIRE(end.has_value());
  BOOST_TEST(end->what == code::boot_timeout);
  BOOST_TEST(has(to_json_members(end->details), R"("stderr":["loading the model"])"));
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_forked_has_its_boot_timeout_from_the_fork_on) {
  pool.boot_timeout = 3s;
  pool.command.clear();
  pool.preload = {"program"};
  start();
  advance(60s); // the program is being loaded
  BOOST_TEST(!end.has_value());
  auto c = started(0);
  advance(2999ms);
  BOOST_TEST(c->signals.empty());
  advance(1ms);
  BOOST_TEST(c->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
  exits(0, signalled{SIGKILL});
  BOOST_REQUIRE(end.has_value());
  BOOST_TEST(end->what == code::boot_timeout);
}

BOOST_AUTO_TEST_CASE(a_child_that_is_ready_outlives_boot_timeout) {
  pool.boot_timeout = 3s;
  start_ready();
  advance(4s);
  BOOST_TEST(process->signals.empty());
}

BOOST_AUTO_TEST_CASE(another_version_of_the_protocol_is_refused_naming_both) {
  start();
  auto c = started(0);
  writes(0, R"({"kind":"ready","payload":{"protocol":9}})");
  BOOST_TEST(c->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
  exits(0, signalled{SIGKILL});
  BOOST_REQUIRE(end.has_value());
  BOOST_TEST(end->what == code::version_mismatch);
  BOOST_TEST(has(end->message, "speaks protocol 9"));
  BOOST_TEST(has(end->message, "speaks 1"));
  BOOST_TEST(record->ready.empty());
}

BOOST_AUTO_TEST_CASE(a_child_that_ends_before_ready_failed_its_handshake) {
  start();
  started(0);
  complains(0, "no such module\nbye");
  dies(3);
  BOOST_REQUIRE(end.has_value());
  BOOST_TEST(end->what == code::handshake_failed);
  BOOST_TEST(has(end->message, "exited with code 3"));
  BOOST_TEST(has(to_json_members(end->details), R"("exit_code":3)"));
  BOOST_TEST(has(to_json_members(end->details), R"("stderr":["no such module","bye"])"));
}

BOOST_AUTO_TEST_CASE(a_program_that_cannot_be_started_ends_the_worker) {
  start();
  not_started(0, "program: no such file");
  BOOST_REQUIRE(end.has_value());
  BOOST_TEST(end->what == code::spawn_failed);
  BOOST_TEST(end->message == "program: no such file");
}

BOOST_AUTO_TEST_CASE(a_child_that_closes_its_output_before_ready_failed_its_handshake) {
  start();
  auto c = started(0);
  tell(owner(0), atom::output_v, shared_bytes{});
  advance(200ms);
  BOOST_TEST(c->signals == signal_list{SIGKILL}, boost::test_tools::per_element());
  exits(0, signalled{SIGKILL});
  BOOST_TEST(end.value().what == code::handshake_failed);
}

// -- calls -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_call_is_written_with_the_time_it_has_and_its_answer_settles_it) {
  start_ready();
  give(5, 1500ms);
  auto line = process->read();
  BOOST_TEST(has(line, R"("kind":"k")"));
  BOOST_TEST(has(line, R"("request_id":"0.1")"));
  BOOST_TEST(has(line, R"("payload":5,)"));
  BOOST_TEST(has(line, R"("deadline_ms":1500})"));
  BOOST_TEST(line.back() == '\n');
  BOOST_TEST(status().state == shown_state::busy);
  advance(40ms);
  BOOST_TEST(status().current_age_ms == 40);
  BOOST_TEST(status().current_kind == "k");
  answers("0.1", R"({"a":1})");
  BOOST_TEST(sink->count(5) == 1u);
  BOOST_TEST(sink->result(5) == R"({"a":1})");
  BOOST_TEST(status().state == shown_state::ready);
  BOOST_TEST(status().calls == 1u);
}

BOOST_AUTO_TEST_CASE(a_workers_own_error_is_the_calls_error) {
  start_ready();
  give(1);
  writes(0, R"({"kind":"k","request_id":"0.1","error":{"code":"x","message":"no"}})");
  BOOST_TEST(sink->error(1).what == code::worker_error);
  BOOST_TEST(sink->error(1).message == "no");
  BOOST_TEST(has(sink->error(1).details.relayed, R"("worker_code":"x")"));
  BOOST_TEST(status().state == shown_state::ready);
}

BOOST_AUTO_TEST_CASE(a_word_of_the_protocol_is_no_kind_of_call) {
  start_ready();
  job j;
  j.kind = shared_bytes{std::string{"shutdown"}};
  auto request = ask(actor, j);
  BOOST_TEST(fault_of<outcome>(request).what == code::bad_request);
  BOOST_TEST(process->read().empty());
}

BOOST_AUTO_TEST_CASE(a_call_before_ready_is_given_back) {
  start();
  started(0);
  give(1);
  BOOST_TEST(sink->error(1).what == code::unavailable);
}

BOOST_AUTO_TEST_CASE(answers_that_belong_to_no_call_are_counted_and_reach_nobody) {
  start_ready();
  give(1);
  answers("0.1");
  give(2); // in the same slot as call 1
  answers("0.1", "\"duplicate\"");
  answers("0.9", "\"from the future\"");
  answers("3.1", "\"no such slot\"");
  answers("what", "\"no id of ours\"");
  BOOST_TEST(sink->count(1) == 1u);
  BOOST_TEST(sink->count(2) == 0u);
  BOOST_TEST(status().late == 4u);
  BOOST_TEST(status().in_flight == 1u);
  answers("0.2", "2");
  BOOST_TEST(sink->result(2) == "2");
}

BOOST_AUTO_TEST_CASE(answers_may_come_in_any_order_and_in_any_pieces) {
  pool.window = 2;
  start_ready();
  give(1);
  give(2);
  std::string bytes = R"({"kind":"k","request_id":"1.1","payload":22})"
                      "\n"
                      R"({"kind":"k","request_id":"0.1","payload":11})"
                      "\n";
  for (auto c : bytes)
    tell(owner(0), atom::output_v, shared_bytes{std::string(1, c)});
  BOOST_TEST(order == (numbers{2, 1}), boost::test_tools::per_element());
  BOOST_TEST(sink->result(1) == "11");
  BOOST_TEST(sink->result(2) == "22");
}

BOOST_AUTO_TEST_SUITE_END()
