// Proves what the slow log says of a call, when, and how its command is run.
#include "actors/worker/slow_log.hpp"
#include "tests/actors/fixture.hpp"

#include "protocol/base/slow_limits.hpp"

#include <csignal>

using namespace troupe;
using namespace troupe::testing;
using namespace troupe::worker;

namespace slow_logs {

struct slow_log_fixture : fixture {
  void start(std::vector<std::string> command = {}) {
    pool.slow = {2s, std::move(command)};
    shared = context();
    runner = keep(sys.spawn(command_runner_behavior, starter));
    log = keep(sys.spawn(slow_log_behavior, runner));
    asked->said = {4711, quantity{5}, {"loading", "still loading"}};
    run();
  }
  ~slow_log_fixture() {
    log = nullptr;
    runner = nullptr;
    shared = nullptr;
  }

  /// A call has become slow.
  void slow(uint64_t ticket) {
    slow_call c;
    c.pool = shared;
    c.worker = make_worker(asked);
    c.worker_name = "p.0";
    c.ticket = ticket_id{ticket};
    c.kind = shared_bytes{std::string{"k"}};
    c.taken = now() - 2100ms;
    c.started = now() - 2s;
    c.deadline = now() + 8s;
    tell(log, std::move(c));
  }
  void ends(uint64_t ticket, code how = code::none) {
    tell(log, slow_call_end{"p", ticket_id{ticket}, how, false, {}});
  }
  std::string list() {
    auto request = ask(log, atom::status_v);
    return answer_of<shared_bytes>(request).str();
  }
  bool lists(const std::string& part) { return list().find(part) != std::string::npos; }

  std::shared_ptr<worker_record> asked = std::make_shared<worker_record>();
  pool_context_ptr shared;
  command_runner_actor runner;
  slow_log_actor log;
};

} // namespace slow_logs

BOOST_FIXTURE_TEST_SUITE(slow_logs, slow_log_fixture)

BOOST_AUTO_TEST_CASE(a_call_is_a_line_at_once_and_another_at_its_end) {
  start();
  slow(1);
  BOOST_TEST(logged("warning p.0: slow call of kind k runs for 2000 ms, has waited 100 ms"
                    " and has 8000 ms left; stderr: loading")
                 .size()
             == 1u);
  BOOST_TEST(count_events("call_slow") == 1u);
  BOOST_TEST(lists(R"("pid":4711)"));
  BOOST_TEST(lists(R"("outcome":"running")"));
  advance(1s);
  asked->said.lines.push_back("loaded");
  ends(1, code::timeout);
  BOOST_TEST(logged("p.0: slow call of kind k ended (timeout) after 3000 ms").size()
             == 1u);
  BOOST_TEST_REQUIRE(asked->questions.size() == 2u);
  BOOST_TEST((asked->questions[1].since == quantity{5})); // those since it began
  BOOST_TEST(
      lists(R"("outcome":"timeout","stderr":["loading","still loading","loaded"])"));
}

BOOST_AUTO_TEST_CASE(its_command_is_run_while_it_hangs_with_what_it_asks_for) {
  start({"dump", "--pid", "{pid}", "{worker}/{pool}", "{other}"});
  slow(1);
  BOOST_TEST_REQUIRE(launches() == 1u);
  BOOST_TEST(starter->launches[0].spec.argv
             == (std::vector<std::string>{"dump", "--pid", "4711", "p.0/p", "{other}"}));
  auto child = started(0);
  BOOST_TEST(child->closed);
  starter->launches[0].owner->output(0, shared_bytes{std::string{"stack\n"}});
  starter->launches[0].owner->log(shared_bytes{std::string{"note\n"}});
  starter->launches[0].owner->ended(exited{0});
  run();
  BOOST_TEST(lists(R"("output":"stack\nnote\n","cut":false,"end":"exited with code 0")"));
  ends(1);
  BOOST_TEST(logged("ended (ok)").size() == 1u);
  BOOST_TEST(logged("slow_command exited with code 0, output: stack").size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_end_waits_for_the_command_that_looks_at_the_call) {
  start({"dump"});
  slow(1);
  auto child = started(0);
  ends(1);
  BOOST_TEST(logged("ended (").empty());
  starter->launches[0].owner->ended(exited{1});
  run();
  BOOST_TEST(logged("ended (ok)").size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_command_that_takes_too_long_is_killed_and_its_output_is_bounded) {
  start({"dump"});
  slow(1);
  auto child = started(0);
  starter->launches[0].owner->output(
      0, shared_bytes{std::string(limits::slow_command_output + 1, 'x')});
  advance(limits::slow_command_time - 1ms);
  BOOST_TEST(child->signals.empty());
  advance(1ms);
  BOOST_TEST(child->signals == std::vector<int>{SIGKILL});
  starter->launches[0].owner->ended(signalled{SIGKILL});
  run();
  BOOST_TEST(lists(R"("cut":true,"end":"was killed after 5 s")"));
  BOOST_TEST(list().size() < limits::slow_command_output + 1024);
}

BOOST_AUTO_TEST_CASE(one_command_runs_at_a_time_and_none_for_a_call_that_has_ended) {
  start({"dump"});
  for (uint64_t ticket = 1; ticket <= 3; ++ticket)
    slow(ticket);
  BOOST_TEST(launches() == 1u);
  ends(2);
  BOOST_TEST(lists("was not run: the call had ended"));
  auto child = started(0);
  starter->launches[0].owner->ended(exited{0});
  run();
  BOOST_TEST(launches() == 2u);
  BOOST_TEST(starter->launches.back().spec.argv == std::vector<std::string>{"dump"});
}

BOOST_AUTO_TEST_CASE(so_many_commands_wait_and_no_more) {
  start({"dump"});
  for (uint64_t ticket = 1; ticket <= limits::slow_commands + 2; ++ticket)
    slow(ticket);
  BOOST_TEST(lists("was not run: too many others wait"));
  BOOST_TEST(launches() == 1u);
}

BOOST_AUTO_TEST_CASE(a_command_for_a_process_is_not_run_where_there_is_none) {
  start({"dump", "{pid}"});
  asked->said.pid = -1;
  slow(1);
  BOOST_TEST(launches() == 0u);
  BOOST_TEST(lists(R"("pid":null)"));
  BOOST_TEST(lists("was not run: the process of the worker is not known"));
}

BOOST_AUTO_TEST_CASE(so_many_records_are_kept_the_youngest_first) {
  start();
  for (uint64_t ticket = 1; ticket <= limits::slow_records + 1; ++ticket) {
    asked->said.pid = static_cast<pid_t>(ticket);
    slow(ticket);
  }
  auto all = list();
  BOOST_TEST(all.find(R"("pid":101,)") < all.find(R"("pid":100,)"));
  BOOST_TEST(all.find(R"("pid":1,)") == std::string::npos);
  BOOST_TEST(all.find(R"("pid":2,)") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
