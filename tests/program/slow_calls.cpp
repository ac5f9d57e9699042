// Proves that a call that hangs is told while it hangs, with what its worker says and
// what a command finds out about it.
#include "tests/program/harness/event_follower.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace slow_calls {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool logs(const node_process& node, const std::string& part) {
  return eventually([&] { return contains(node.errors(), part); });
}

/// Returns the youngest slow call, once it has come to this.
reply youngest(const node_process& node, const std::string& outcome) {
  reply r;
  BOOST_TEST(eventually([&] {
               r.text = node.http().get("/api/calls/slow")["0"];
               return r["outcome"] == outcome;
             }),
             r);
  return r;
}

} // namespace slow_calls

BOOST_AUTO_TEST_SUITE(slow_calls)

BOOST_AUTO_TEST_CASE(a_call_that_hangs_is_in_the_log_while_it_hangs_and_at_its_end) {
  node_process node{
      puppets("a", "slow = \"200ms\"\nexec_timeout = \"60s\"\nabandoned = \"kill\"\n"
                   "slow_command = [\"echo\", \"stack of {pid}\","
                   " \"{worker}\", \"{pool}\"]\n")};
  auto pid = std::to_string(node.worker_pid("a.0"));
  event_follower events{node, "?since=0&kinds=call_slow"};
  auto client = node.connect();
  client.call("a", "echo");
  client.send_call("one", "a", "never");
  BOOST_TEST(logs(node, "a.0: slow call of kind never runs for "));
  auto seen = events.next("call_slow");
  BOOST_TEST(seen.data["worker"] == "a.0");
  BOOST_TEST(seen.data["pid"] == pid);
  BOOST_TEST(seen.data["call"] == "never");
  BOOST_TEST(seen.data.number("run_ms") >= 200);
  BOOST_TEST(seen.data.number("deadline_ms") > 10'000);
  BOOST_REQUIRE(eventually([&] {
    return node.http().get("/api/calls/slow")["0.command.output"]
           == "stack of " + pid + " a.0 a\n";
  }));
  BOOST_TEST(!contains(node.errors(), "ended (")); // it still runs
  auto r = youngest(node, "running");
  BOOST_TEST(r["kind"] == "never", r);
  BOOST_TEST(r["pool"] == "a", r);
  BOOST_TEST(r["command.end"] == "exited with code 0", r);
  client.close();
  BOOST_TEST(logs(node, "a.0: slow call of kind never ended (cancelled) after "));
  BOOST_TEST(logs(node, "slow_command exited with code 0, output: stack of " + pid));
  BOOST_TEST(node.http().get("/api/calls/slow").body.count("") == 1u); // the echo is none
}

BOOST_AUTO_TEST_CASE(the_stderr_of_that_time_is_in_it_and_that_from_before_is_not) {
  node_process node{puppets("a", "slow = \"200ms\"\nwindow = 2\n")};
  auto client = node.connect();
  client.call("a", "chatter", R"({"lines":2})");
  BOOST_REQUIRE(logs(node, "puppet: line 1"));
  client.send_call("one", "a", "sleep", R"({"ms":3000})");
  BOOST_REQUIRE(logs(node, "slow call of kind sleep runs for "));
  BOOST_TEST(youngest(node, "running").count("stderr") == 0u);
  client.call("a", "chatter", R"({"lines":1})");
  BOOST_TEST(client.receive("one")["error"] == "null");
  BOOST_TEST(logs(node, "ended (ok) after 3")); // then the record is whole
  auto r = youngest(node, "ok");
  BOOST_TEST(r.count("stderr") == 1u, r);
  BOOST_TEST(r["stderr.0"] == "puppet: line 0", r);
}

BOOST_AUTO_TEST_CASE(a_command_that_hangs_is_killed_with_what_it_has_started) {
  node_process node{
      puppets("a", "slow = \"100ms\"\nexec_timeout = \"60s\"\nabandoned = \"kill\"\n"
                   "slow_command = [\"sh\", \"-c\", \"echo begun; sleep "
                   "4321 & sleep 4321\"]\n")};
  auto client = node.connect();
  client.send_call("one", "a", "never");
  BOOST_REQUIRE(eventually([&] {
    return node.http().get("/api/calls/slow")["0.command.end"] == "was killed after 5 s";
  }));
  BOOST_TEST(node.http().get("/api/calls/slow")["0.command.output"] == "begun\n");
  BOOST_TEST(eventually([&] {
    return run({"sh", "-c", "grep -lz '^4321$' /proc/[0-9]*/cmdline 2>/dev/null | wc -l"})
               .second
           == "0\n";
  }));
}

BOOST_AUTO_TEST_CASE(a_command_for_a_process_is_refused_where_there_is_none) {
  temporary_folder folder;
  auto check = [&](const std::string& command) {
    write_file(folder / "t.toml", "[pool.a]\nbehaviour = \"echo\"\nslow = \"1s\"\n"
                                  "slow_command = [\"dump\", \""
                                      + command + "\"]\n");
    return run({TROUPE_BINARY, "check", "-c", folder / "t.toml"});
  };
  auto [refused, why] = check("{pid}");
  BOOST_TEST(refused == 1);
  BOOST_TEST(contains(why, "t.toml:4: pool.a.slow_command: {pid}: "), why);
  auto [taken, told] = check("{worker}");
  BOOST_TEST(taken == 0, told);
}

BOOST_AUTO_TEST_SUITE_END()
