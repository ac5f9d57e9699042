// A node in a program: calls, and what it leaves alone of the process.
#include "actors/public/embed.hpp"

#include "tests/actors/os/support_process.hpp"
#include "tests/actors/public/support_public.hpp"

#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <sstream>

using namespace troupe;
using namespace troupe::testing;

namespace embedded_nodes {

/// Takes the end of a call that was begun.
class promised_answer {
public:
  answer_handler handler() {
    return [done = done_](result<call_answer> r) { done->set_value(std::move(r)); };
  }
  result<call_answer> take() { return get(done_->get_future()); }

private:
  std::shared_ptr<std::promise<result<call_answer>>> done_ =
      std::make_shared<std::promise<result<call_answer>>>();
};

/// Returns what starting with this configuration fails with.
fault refusal_of(embedded_node_options options) {
  auto node = embedded_node::start(std::move(options));
  BOOST_TEST_REQUIRE(!node.has_value());
  return node.error();
}

/// The lines of /proc/self/status that are about handlers and masks of signals.
std::string signal_state() {
  std::ifstream in{"/proc/thread-self/status"};
  std::string all;
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("SigBlk") || line.starts_with("SigIgn")
        || line.starts_with("SigCgt"))
      all += line + "\n";
  return all;
}

/// Starts a program that is no worker.
pid_t start_own_child(const char* script) {
  pid_t pid = -1;
  std::string command = script;
  char shell[] = "sh";
  char flag[] = "-c";
  char* argv[] = {shell, flag, command.data(), nullptr};
  BOOST_REQUIRE(::posix_spawn(&pid, "/bin/sh", nullptr, nullptr, argv, ::environ) == 0);
  return pid;
}

} // namespace embedded_nodes

BOOST_AUTO_TEST_SUITE(embedded_nodes)

BOOST_AUTO_TEST_CASE(a_node_in_a_program_runs_calls) {
  auto node = start_node("[node]\nname = \"here\"\n" + echo_pool("echo"));
  auto answer = node.call("echo", "say", R"({"text":"hello"})");
  BOOST_TEST_REQUIRE(code_of(answer) == code::none);
  BOOST_TEST(answer->payload.str() == R"({"text": "hello"})");
  BOOST_TEST(answer->worker == "echo.0");
  BOOST_TEST(node.name() == "here");
  auto health = node.call("$node", "health");
  BOOST_TEST(health.has_value());
}

BOOST_AUTO_TEST_CASE(what_goes_wrong_is_the_fault_of_the_call) {
  auto node = start_node(echo_pool("echo"));
  auto asked = node.call("echo", "fail");
  BOOST_TEST(code_of(asked) == code::worker_error);
  auto crashed = node.call("echo", "crash");
  BOOST_TEST_REQUIRE(code_of(crashed) == code::worker_died);
  BOOST_TEST((crashed.error().details.end->status == exit_status{signalled{SIGKILL}}));
  BOOST_TEST(code_of(node.call("nobody", "say")) == code::pool_not_found);
  BOOST_TEST(code_of(node.call("echo", "say", "{")) == code::bad_request);
  BOOST_TEST(code_of(node.call("echo", "")) == code::bad_request);
  BOOST_TEST(code_of(node.call("echo", "say", "1", {.priority = 11}))
             == code::bad_request);
  BOOST_TEST(code_of(node.call("echo", "say", "1", {.timeout = 0ms}))
             == code::bad_request);
}

BOOST_AUTO_TEST_CASE(parts_of_a_result_come_before_its_end) {
  auto node = start_node(echo_pool("echo"));
  std::string parts;
  auto answer = node.call("echo", "parts", "null", {},
                          [&](const shared_bytes& p) { parts += p.str(); });
  BOOST_TEST_REQUIRE(answer.has_value());
  BOOST_TEST(parts == "123");
  BOOST_TEST(answer->payload.str() == "\"all\"");
}

BOOST_AUTO_TEST_CASE(calls_that_were_begun_end_in_their_handlers) {
  auto node = start_node(echo_pool("echo", "window = 2\n"));
  promised_answer held;
  promised_answer other;
  node.begin_call("echo", "hold", "1", held.handler());
  node.begin_call("echo", "say", "2", other.handler());
  BOOST_TEST(held.take()->payload.str() == "1");
  BOOST_TEST(other.take()->payload.str() == "2");
}

BOOST_AUTO_TEST_CASE(a_handler_may_begin_calls_and_wait_for_none) {
  auto node = start_node(echo_pool("echo"));
  std::promise<code> waited;
  promised_answer second;
  node.begin_call("echo", "say", "1", [&](const result<call_answer>&) {
    waited.set_value(code_of(node.call("echo", "say", "2")));
    node.begin_call("echo", "say", "3", second.handler());
  });
  BOOST_TEST(get(waited.get_future()) == code::conflict);
  BOOST_TEST(second.take()->payload.str() == "3");
}

BOOST_AUTO_TEST_CASE(what_a_handler_throws_is_logged_and_ends_nothing) {
  std::mutex mutex;
  std::string lines;
  node_hooks hooks;
  hooks.log = [&](std::string_view level, std::string_view text) {
    std::lock_guard lock{mutex};
    lines += std::string{level} + " " + std::string{text} + "\n";
  };
  auto node = start_node(echo_pool("echo"), hooks);
  node.begin_call("echo", "say", "1", [](const result<call_answer>&) {
    throw std::runtime_error{"too bad"};
  });
  BOOST_TEST(node.call("echo", "say", "2").has_value());
  node.stop();
  BOOST_TEST(lines.find("error a handler of a call has thrown: too bad") != lines.npos);
}

BOOST_AUTO_TEST_CASE(a_call_that_is_cancelled_ends_as_that) {
  auto node = start_node(echo_pool("echo"));
  promised_answer held;
  auto tag = node.begin_call("echo", "hold", "1", held.handler());
  node.cancel(tag);
  BOOST_TEST(code_of(held.take()) == code::cancelled);
  node.cancel(tag); // has ended
}

BOOST_AUTO_TEST_CASE(all_mistakes_of_a_configuration_are_named) {
  auto why = refusal_of({.config = "[pool.a]\nsize = 0\nkind = 3\n[node]\nspin = 7\n"});
  BOOST_TEST(why.what == code::bad_request);
  for (auto key : {"pool.a.size", "pool.a.kind", "pool.a.command", "node.spin"})
    BOOST_TEST(why.message.find(key) != std::string::npos, why.message);
  auto both = refusal_of({.config = "[pool.a]", .file = "troupe.toml"});
  BOOST_TEST(both.message == "expected `config` or `file`, not both");
}

BOOST_AUTO_TEST_CASE(what_a_node_in_a_program_does_not_have_is_refused) {
  auto http = refusal_of({.config = "[http]\nlisten = \"127.0.0.1:7799\"\n"});
  BOOST_TEST(http.message.starts_with("http: "));
  auto socket = refusal_of({.config = "[socket]\npath = \"other.sock\"\n"});
  BOOST_TEST(socket.message.starts_with("socket: "));
  auto trace = refusal_of({.config = "[trace]\nfile = \"spans.jsonl\"\n"});
  BOOST_TEST(trace.message.starts_with("trace: "));
  auto survivors =
      refusal_of({.config = echo_pool("a", "protocol = \"session\"\nsurvive = true\n")});
  BOOST_TEST(survivors.message.find("survive") != std::string::npos, survivors.message);
  auto off = embedded_node::start({.config = "[http]\nlisten = \"off\"\n"});
  BOOST_TEST(off.has_value());
}

BOOST_AUTO_TEST_CASE(without_a_guardian_there_is_no_node) {
  auto why = refusal_of({.config = echo_pool("a"), .guardian = "/nowhere/guardian"});
  BOOST_TEST(why.what == code::unavailable);
  BOOST_TEST(why.message.starts_with("cannot run /nowhere/guardian"), why.message);
}

BOOST_AUTO_TEST_CASE(a_program_that_ignores_the_end_of_children_gets_no_node) {
  ::signal(SIGCHLD, SIG_IGN);
  auto why = refusal_of({.config = echo_pool("a")});
  ::signal(SIGCHLD, SIG_DFL);
  BOOST_TEST(why.what == code::unavailable);
  BOOST_TEST(why.message.find("SIGCHLD") != std::string::npos, why.message);
}

BOOST_AUTO_TEST_CASE(a_process_may_have_several_nodes) {
  auto one = start_node(echo_pool("echo"));
  auto other = start_node(echo_pool("echo"));
  auto pid_of = [](embedded_node& n) { return n.call("echo", "pid")->payload.str(); };
  auto pid = pid_of(other);
  BOOST_TEST(pid_of(one) != pid);
  // The worker that one has to reap is not the other's.
  BOOST_TEST(code_of(one.call("echo", "crash")) == code::worker_died);
  one.stop();
  BOOST_TEST(code_of(one.call("echo", "say")) == code::shutting_down);
  BOOST_TEST(pid_of(other) == pid);
}

BOOST_AUTO_TEST_CASE(two_nodes_do_not_share_a_state_directory) {
  temporary_folder folder;
  auto state = (folder.path / "state").string();
  auto config = "[node]\nname = \"first\"\nstate_dir = \"" + state + "\"\n";
  {
    auto node = start_node(config);
    auto why = refusal_of({.config = config});
    BOOST_TEST(why.what == code::unavailable);
    BOOST_TEST(why.message.find("belongs to another node first") != std::string::npos,
               why.message);
  }
  start_node(config);
}

BOOST_AUTO_TEST_CASE(the_signals_of_the_program_stay_as_they_are) {
  auto before = signal_state();
  {
    auto node = start_node(echo_pool("echo"));
    BOOST_TEST(node.call("echo", "say").has_value());
    BOOST_TEST(signal_state() == before);
  }
  BOOST_TEST(signal_state() == before);
}

BOOST_AUTO_TEST_CASE(children_of_the_program_are_left_to_it) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 0); // other tests make the process one
  auto node = start_node(echo_pool("echo"));
  auto own = start_own_child("exit 7");
  siginfo_t ended{};
  BOOST_REQUIRE(::waitid(P_PID, static_cast<id_t>(own), &ended, WEXITED | WNOWAIT) == 0);
  BOOST_TEST(code_of(node.call("echo", "crash")) == code::worker_died);
  BOOST_TEST(node.call("echo", "say").has_value()); // the next worker: one was reaped
  node.stop();
  int status = 0;
  BOOST_TEST(::waitpid(own, &status, 0) == own);
  BOOST_TEST(WEXITSTATUS(status) == 7);
  int subreaper = -1;
  ::prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
  BOOST_TEST(subreaper == 0);
}

BOOST_AUTO_TEST_CASE(what_a_worker_has_started_ends_with_it) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
  auto node = start_node(echo_pool("echo"));
  auto left = node.call("echo", "leave");
  BOOST_TEST_REQUIRE(left.has_value());
  auto pid = static_cast<pid_t>(std::stol(left->payload.str()));
  BOOST_TEST(::kill(pid, 0) == 0);
  BOOST_TEST(code_of(node.call("echo", "crash")) == code::worker_died);
  BOOST_TEST(ends_within(pid, patience));
}

BOOST_AUTO_TEST_CASE(a_node_that_stops_lets_calls_end) {
  auto node = start_node(echo_pool("echo"));
  promised_answer last;
  BOOST_TEST(node.call("echo", "say").has_value()); // what still waits would be refused
  node.begin_call("echo", "slow", "1", last.handler());
  node.stop();
  BOOST_TEST(code_of(last.take()) == code::none);
  BOOST_TEST(code_of(node.call("echo", "say")) == code::shutting_down);
  node.stop();
}

BOOST_AUTO_TEST_CASE(a_node_that_goes_ends_all_calls) {
  promised_answer held;
  {
    auto node = start_node(echo_pool("echo"));
    BOOST_TEST(node.call("echo", "say").has_value());
    node.begin_call("echo", "hold", "1", held.handler());
  }
  BOOST_TEST(code_of(held.take()) == code::shutting_down);
}

BOOST_AUTO_TEST_SUITE_END()
