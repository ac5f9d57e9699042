// Proves that a node and the commands do not depend on how whoever starts them has left
// signals and descriptors.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <filesystem>

using namespace program;

namespace inherited_state {

/// Words before a command that start it with these descriptors closed, as in `0<&- 2>&-`.
std::vector<std::string> with_closed(const std::string& redirections) {
  return {"sh", "-c", "exec \"$@\" " + redirections, "sh"};
}

} // namespace inherited_state

BOOST_AUTO_TEST_SUITE(inherited_state)

BOOST_AUTO_TEST_CASE(
    an_exit_code_is_told_though_whoever_starts_the_node_ignores_SIGCHLD) {
  node_process node{puppets("a", "restart = { policy = \"on-failure\" }"),
                    {.through = {"env", "--ignore-signal=CHLD"}}};
  auto client = node.connect();
  auto e = client.call("a", "die", "{\"exit_code\":3}");
  BOOST_TEST(e["error.code"] == "worker_died", e);
  BOOST_TEST(e["error.exit_code"] == "3", e);
  BOOST_TEST(client.call("a", "echo", "1")["payload"] == "1"); // it was a failure
}

BOOST_AUTO_TEST_CASE(a_node_acts_on_signals_that_were_blocked_or_ignored_for_it) {
  for (std::string how : {"block", "ignore"}) {
    node_process node{puppets("a"),
                      {.through = {"env", "--" + how + "-signal=TERM,INT,HUP,CHLD"}}};
    node.worker_pid("a.0");
    node.signal(SIGHUP);
    BOOST_TEST(
        eventually([&] { return node.errors().find("reload") != std::string::npos; }),
        node.errors());
    BOOST_TEST(node.terminate().value_or(-1) == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_command_blocks_no_signals_though_whoever_starts_it_does) {
  node_process node{puppets("a")};
  auto script = "env --block-signal=TERM " TROUPE_BINARY " events --node " + node.socket()
                + " & pid=$!; while ! grep -q '^SigBlk:.0*$' /proc/$pid/status; do "
                  "sleep 0.01; done; kill $pid; wait $pid; echo $?";
  BOOST_TEST(run({"sh", "-c", script}).second.ends_with("143\n"));
}

BOOST_AUTO_TEST_CASE(a_node_without_stdin_stdout_or_stderr_is_like_any_other) {
  for (std::string closed : {"0<&-", "2>&-", "0<&- 2>&-"}) {
    node_process node{puppets("a"), {.through = with_closed(closed)}};
    auto worker = node.worker_pid("a.0");
    auto client = node.connect();
    BOOST_TEST(client.call("a", "echo", "1")["payload"] == "1");
    for (auto fd : {"0", "1", "2"}) {
      auto what = std::filesystem::read_symlink("/proc/" + std::to_string(node.pid())
                                                + "/fd/" + fd);
      BOOST_TEST((what.string()[0] == '/' || what.string().starts_with("pipe:")),
                 closed + ": " + fd + " is " + what.string());
    }
    // The worker and the guardian.
    auto all = children(node.pid());
    BOOST_TEST(all.size() == 2u, closed);
    node.kill();
    BOOST_TEST(eventually([&] { return !is_running(worker); }));
  }
}

BOOST_AUTO_TEST_CASE(a_node_without_stdout_is_ready_and_ends_well) {
  temporary_folder folder;
  auto config = folder / "troupe.toml";
  write_file(config, "[node]\nname = \"alpha\"\nstate_dir = \"" + folder.path()
                         + "/state\"\n[http]\nlisten = \"off\"\n" + puppets("a"));
  auto script =
      TROUPE_BINARY " serve -c " + config + " >&- & pid=$!; until [ -e " + folder.path()
      + "/state/connection.json ]; do sleep 0.01; done; " TROUPE_BINARY " call --node "
      + folder.path() + "/state/troupe.sock a echo 17; kill $pid; wait $pid; "
      + "echo status $?";
  auto [status, output] = run({"sh", "-c", script});
  BOOST_TEST(output.find("17\n") != std::string::npos, output);
  BOOST_TEST(output.ends_with("status 0\n"), output);
}

BOOST_AUTO_TEST_CASE(a_command_without_descriptors_writes_into_no_other) {
  node_process node{puppets("a")};
  auto words = with_closed("0<&- 1>&- 2>&-");
  for (auto& word :
       {TROUPE_BINARY, "call", "--node", node.socket().c_str(), "a", "echo", "1"})
    words.emplace_back(word);
  auto [status, output] = run(words);
  BOOST_TEST(status == 0);
  BOOST_TEST(output == "");
}

BOOST_AUTO_TEST_CASE(a_node_that_may_have_too_few_threads_says_so_and_ends) {
  if (sanitized)
    return; // its memory cannot be limited
  temporary_folder folder;
  auto config = folder / "troupe.toml";
  write_file(config, "[node]\nname = \"alpha\"\nstate_dir = \"" + folder.path()
                         + "/state\"\n[http]\nlisten = \"off\"\n" + puppets("a"));
  // Each thread takes a gigabyte for its stack, out of so many kilobytes.
  for (auto allowed : {"1500000", "3000000", "5000000", "8000000"}) {
    auto script = "ulimit -s 1048576 && ulimit -v " + std::string{allowed}
                  + " || exit 77; exec " TROUPE_BINARY " serve -c " + config;
    auto [status, output] = run({"sh", "-c", script});
    if (status == 77)
      return; // stacks may not be that large here
    BOOST_TEST(status == 1, allowed << " KiB: " << output);
    BOOST_TEST(output.find("cannot start") != std::string::npos, output);
  }
}

BOOST_AUTO_TEST_SUITE_END()
