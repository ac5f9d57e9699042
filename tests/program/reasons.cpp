// Proves that each end of a worker has one reason, and that its word is the same in the
// log, in the event, in `ps`, in the API and among the metrics.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/scrape.hpp"
#include "tests/program/willing.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <functional>

using namespace program;

namespace reasons {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Returns whether a scrape counts an end of a worker of `a` for this reason.
bool is_counted(const node_process& node, const std::string& reason) {
  return scrape{node}["troupe_worker_exits_total{pool=a,reason=" + reason + "}"] > 0;
}

/// Returns the `last_exit` of a replica of `a`, as `ps --json` shows it.
std::string shown_by_ps(const node_process& node, int replica) {
  auto [status, text] = run({TROUPE_BINARY, "--node", node.socket(), "ps", "--json"});
  return status == 0
             ? reply{text}["workers." + std::to_string(replica) + ".last_exit.reason"]
             : text;
}

/// Checks that the last worker of a replica of `a` ended for `reason`, wherever that is
/// told.
void check(const node_process& node, const std::string& reason, int replica = 0) {
  BOOST_TEST_CONTEXT(reason) {
    auto worker = "a." + std::to_string(replica);
    auto line = worker + " ended (" + reason + "): ";
    BOOST_TEST(eventually([&] { return contains(node.errors(), line); }), node.errors());
    auto published = [&] {
      auto r = node.operation("events", R"({"since":0,"kinds":["worker_exited"]})");
      return contains(r.text, "\"reason\":\"" + reason + "\"");
    };
    BOOST_TEST(eventually(published));
    BOOST_TEST(eventually([&] { return is_counted(node, reason); }));
    auto path = "/api/workers/" + worker;
    auto in_api = [&] { return node.http().get(path)["last_exit.reason"] == reason; };
    BOOST_TEST(eventually(in_api), node.http().get(path).body);
    BOOST_TEST(shown_by_ps(node, replica) == reason);
  }
}

const std::string quick =
    "restart = { delay = \"10ms\", max_delay = \"50ms\", intensity = 1000 }\n";

/// A node with one pool `a` whose worker is ready; makes `happen` happen, and checks.
void provoke(const std::string& reason, const std::string& pool,
             const std::function<void(const node_process&)>& happen) {
  node_process node{pool};
  node.worker_pid("a.0");
  happen(node);
  check(node, reason);
}

/// Makes a call and does not care how it ends.
std::function<void(const node_process&)> call_of(const std::string& kind,
                                                 const std::string& payload = "null") {
  return [=](const node_process& node) { node.connect().call("a", kind, payload); };
}

std::function<void(const node_process&)> operation_of(const std::string& kind,
                                                      const std::string& payload) {
  return [=](const node_process& node) { node.operation(kind, payload); };
}

void nothing(const node_process&) {}

} // namespace reasons

BOOST_AUTO_TEST_SUITE(reasons)

BOOST_AUTO_TEST_CASE(what_a_worker_does_by_itself) {
  provoke("exit", puppets("a", quick), call_of("die", R"({"exit_code":0})"));
  provoke("crash", puppets("a", quick), call_of("die", R"({"exit_code":3})"));
  provoke("signal", puppets("a", quick),
          [](auto& node) { ::kill(node.worker_pid("a.0"), SIGKILL); });
  provoke("disconnected", puppets("a", quick), call_of("close_output"));
}

BOOST_AUTO_TEST_CASE(what_the_node_ends_a_worker_for) {
  provoke("timeout", puppets("a", quick + "exec_timeout = \"200ms\"\n"),
          call_of("never"));
  provoke("cancelled", puppets("a", quick, {"--cancel", "--random"}), [](auto& node) {
    // A gambler that is told to stop a call sometimes does not.
    for (int i = 0; i < 200; ++i) {
      auto client = node.connect();
      client.send_call("c", "a", "never");
      BOOST_REQUIRE(
          eventually([&] { return node.worker("a.0").number("in_flight") == 1; }));
      client.close();
      auto is_over = [&] { return contains(node.errors(), "a.0 ended (cancelled)"); };
      BOOST_REQUIRE(eventually([&] {
        auto w = node.worker("a.0");
        return is_over() || (w["state"] == "ready" && w.number("abandoned") == 0);
      }));
      if (is_over())
        return;
    }
  });
  provoke("heartbeat",
          willing("a", quick + "heartbeat = { every = \"100ms\", timeout = \"200ms\" }\n",
                  "mute"),
          nothing);
  provoke("frame", puppets("a", quick + "max_frame = \"1KiB\"\n"), call_of("endless"));
}

BOOST_AUTO_TEST_CASE(a_worker_that_breaks_its_protocol) {
  node_process node{puppets("a", quick, {"--protocol", "7"})};
  check(node, "protocol_error");
}

BOOST_AUTO_TEST_CASE(what_the_configuration_wants) {
  provoke("jobs", willing("a", "recycle = { jobs = 1 }\n"), call_of("pid"));
  provoke("age", willing("a", "recycle = { age = \"300ms\" }\n"), nothing);
  provoke("idle", willing("a", "recycle = { idle = \"300ms\" }\n"), nothing);
  provoke("memory", willing("a", "recycle = { memory = \"64MiB\", jitter = 0 }\n"),
          call_of("grow", R"({"bytes":100000000})"));
}

BOOST_AUTO_TEST_CASE(what_an_operator_wants) {
  provoke("restart", puppets("a"), operation_of("restart", R"({"name":"a"})"));
  provoke("reload", puppets("a"), operation_of("reload", R"({"name":"a"})"));
  provoke("stop", puppets("a"), operation_of("stop", R"({"name":"a.0"})"));
}

BOOST_AUTO_TEST_CASE(a_pool_that_becomes_smaller) {
  node_process node{puppets("a", "size = 2\n")};
  node.worker_pid("a.0");
  node.worker_pid("a.1");
  node.operation("scale", R"({"name":"a","size":1})");
  BOOST_TEST(eventually([&] { return is_counted(node, "scale"); }));
  node.operation("scale", R"({"name":"a","size":2})"); // a.1 is listed again
  check(node, "scale", 1);
}

BOOST_AUTO_TEST_CASE(the_end_of_the_node) {
  node_process node{puppets("a", "size = 2\nstop_timeout = \"300s\"\n")};
  node.worker_pid("a.0");
  auto stuck = node.worker_pid("a.1");
  ::kill(stuck, SIGSTOP); // the node waits for it
  node.signal(SIGTERM);
  check(node, "shutdown");
  ::kill(stuck, SIGKILL);
  BOOST_TEST((node.wait() == 0));
}

BOOST_AUTO_TEST_CASE(crashes_and_planned_replacements_are_counted_apart) {
  node_process node{puppets("a", quick)};
  auto client = node.connect();
  node.worker_pid("a.0");
  client.call("a", "die", R"({"exit_code":3})");
  node.worker_pid("a.0");
  client.call("a", "die", R"({"exit_code":3})");
  node.worker_pid("a.0");
  node.operation("restart", R"({"name":"a"})");
  BOOST_TEST(eventually([&] { return node.worker("a.0").number("replacements") == 1; }));
  BOOST_TEST(node.worker("a.0").number("restarts") == 2);
}

BOOST_AUTO_TEST_CASE(the_last_lines_of_the_worker_before_stay_readable) {
  node_process node{puppets("a", quick)};
  auto client = node.connect();
  auto first = node.worker_pid("a.0");
  client.call("a", "die", R"({"exit_code":3,"lines":2})");
  BOOST_REQUIRE(eventually([&] { return node.worker_pid("a.0") != first; }));
  client.call("a", "chatter", R"({"lines":1})");
  reply log;
  BOOST_TEST(eventually([&] {
               log = node.http().get("/api/workers/a.0/log").body;
               return log.count("lines") == 3;
             }),
             log);
  BOOST_TEST(log.number("earlier") == 2, log);
  BOOST_TEST(log["lines.1"] == "puppet: line 1", log);
  BOOST_TEST(log["lines.2"] == "puppet: line 0", log);
}

BOOST_AUTO_TEST_SUITE_END()
