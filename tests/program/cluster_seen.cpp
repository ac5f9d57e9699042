// Proves that a cluster is seen and operated from any of its nodes: nodes, pools,
// workers, terminals, conversations and events.
#include "tests/program/harness/terminals.hpp"
#include "tests/program/harness/test_cluster.hpp"
#include "tests/program/harness/websocket.hpp"
#include "tests/program/interviews.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <set>
#include <string>

using namespace program;

namespace cluster_seen {

std::string pools(const std::string& node) {
  auto all = puppets("work", "size = 2", {"--cancel"}) + puppets("only-" + node);
  return node == "beta" ? all + shell_pool + interview() : all;
}

struct three_nodes : test_cluster {
  three_nodes()
    : test_cluster({.pools = pools}) {}

  node_process& alpha = (*this)["alpha"];
  node_process& beta = (*this)["beta"];
  node_process& gamma = (*this)["gamma"];

  /// Runs a command of the program against alpha.
  std::string command(std::vector<std::string> words) const {
    words.insert(words.begin(), TROUPE_BINARY);
    words.insert(words.end(), {"--node", alpha.socket()});
    auto [status, output] = run(words);
    BOOST_TEST(status == 0, output);
    return output;
  }
};

/// Its nodes are up for each other while one of them is stopped.
struct patient_nodes : test_cluster {
  patient_nodes()
    : test_cluster(
        {.pools = pools, .names = {"alpha", "beta"}, .failure_timeout = 2min}) {}
};

/// The lists that may lack what a node has: commands, and the operations behind them.
const std::vector<std::string> lists_of_all = {"calls", "ps"};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace cluster_seen

BOOST_FIXTURE_TEST_SUITE(cluster_seen, three_nodes)

BOOST_AUTO_TEST_CASE(every_node_lists_all_nodes_itself_first) {
  for (auto& at : names()) {
    auto r = (*this)[at].http().get("/api/nodes");
    BOOST_TEST(r.status == 200);
    BOOST_TEST(r.body.count("") == 3u);
    BOOST_TEST(r["0.node"] == at);
    for (auto row : {"0", "1", "2"}) {
      std::string of{row};
      BOOST_TEST(r[of + ".state"] == "up", r.body);
      BOOST_TEST(r[of + ".version"] == alpha.operation("status")["version"], r.body);
      BOOST_TEST(r[of + ".since"].ends_with("Z"), r.body);
      auto is_told = [&] { // once its workers are ready
        r = (*this)[at].http().get("/api/nodes");
        return r[of + ".pools.work.size"] == "2";
      };
      BOOST_TEST(eventually(is_told), r.body);
    }
    BOOST_TEST(r["0.rtt_ms"] == "null");
    auto measured = [&] {
      return (*this)[at].http().get("/api/nodes")["1.rtt_ms"] != "null";
    };
    BOOST_TEST(eventually(measured)); // at the first beat
  }
}

BOOST_AUTO_TEST_CASE(commands_show_the_nodes_and_the_pools_of_all) {
  auto nodes = command({"nodes"});
  for (auto& name : names())
    BOOST_TEST(has(nodes, "\n" + name + " "), nodes);
  auto listed = command({"ps", "--cluster"});
  for (auto& name : names()) {
    BOOST_TEST(has(listed, "work@" + name), listed);
    BOOST_TEST(has(listed, "only-" + name + "@" + name), listed);
  }
  auto far = command({"ps", "only-beta@beta"});
  BOOST_TEST(has(far, "\nonly-beta@beta "), far);
  BOOST_TEST(has(far, "\nonly-beta.0@beta "), far);
  auto one = command({"ps", "work.0@beta"});
  BOOST_TEST(has(one, "\nwork.0@beta "), one);
  BOOST_TEST(!has(one, "\nwork.1@beta "), one);
  auto none = run({TROUPE_BINARY, "ps", "work.9@beta", "--node", alpha.socket()}).second;
  BOOST_TEST(has(none, "no worker work.9@beta"), none);
  auto chosen = command({"ps", "work", "--cluster"});
  BOOST_TEST(has(chosen, "work@gamma"), chosen);
  BOOST_TEST(!has(chosen, "only-"), chosen);
  auto r = alpha.http().get("/api/pools?cluster=1");
  BOOST_TEST(r.body.count("") == 8u);
  BOOST_TEST(alpha.http().get("/api/pools").body.count("") == 2u);
}

BOOST_AUTO_TEST_CASE(lists_of_all_nodes_say_which_ones_are_missing) {
  for (auto& list : lists_of_all)
    BOOST_TEST(!has(command({list, "--cluster"}), "not shown"));
  beta.signal(SIGSTOP);
  await_state("beta", "down", patience);
  BOOST_TEST(
      has(command({"calls", "--cluster"}), "beta is down: its calls are not shown"));
  auto listed = command({"ps", "--cluster"});
  BOOST_TEST(has(listed, "beta is down: its pools are not shown"), listed);
  BOOST_TEST(has(listed, "work@gamma"), listed);
  beta.signal(SIGCONT);
  await_formed();
}

BOOST_FIXTURE_TEST_CASE(a_node_that_does_not_answer_in_time_is_missing_in_lists,
                        patient_nodes) {
  auto& asked = (*this)["alpha"];
  (*this)["beta"].signal(SIGSTOP);
  for (auto& list : lists_of_all) {
    auto [status, output] =
        run({TROUPE_BINARY, list, "--cluster", "--node", asked.socket()});
    BOOST_TEST(status == 0, output);
    BOOST_TEST(has(output, "beta did not answer: its "), output);
  }
  for (std::string path : {"/api/calls", "/api/pools"}) {
    auto r = asked.http().get(path + "?cluster=1&silent=1");
    BOOST_TEST(r["silent.0.node"] == "beta", r.body);
    BOOST_TEST(r["silent.0.state"] == "up", r.body);
    BOOST_TEST(asked.http().get(path + "?cluster=1").body.text.starts_with("["));
  }
  BOOST_TEST(state("alpha", "beta") == "up");
  (*this)["beta"].signal(SIGCONT);
}

BOOST_AUTO_TEST_CASE(operations_take_the_name_of_a_node) {
  auto pid = beta.worker_pid("only-beta.0");
  auto http = alpha.http();
  BOOST_TEST(http.get("/api/workers/only-beta.0@beta")["pid"] == std::to_string(pid));
  BOOST_TEST(http.get("/api/pools/only-beta@beta")["name"] == "only-beta");
  BOOST_TEST(http.get("/api/pools/only-beta").status == 404);
  BOOST_TEST(http.get("/api/workers/only-beta.0@beta/log").status == 200);
  BOOST_TEST(http.post("/api/pools/only-beta@beta/restart").status == 200);
  BOOST_TEST(beta.worker_pid("only-beta.0") != pid);
  BOOST_TEST(http.post("/api/pools/only-beta@beta/scale", R"({"size":2})").status == 200);
  beta.worker_pid("only-beta.1");
  BOOST_TEST(http.post("/api/pools/only-beta@beta/drain").status == 200);
  BOOST_TEST(beta.connect().call("only-beta", "echo")["error.code"] == "unavailable");
  BOOST_TEST(http.post("/api/pools/only-beta@beta/resume").status == 200);
  BOOST_TEST(alpha.connect().call("only-beta", "echo")["error"] == "null");
  auto r = alpha.connect().call("$node@beta", "status");
  BOOST_TEST(r["payload.name"] == "beta", r);
  BOOST_TEST(r["payload.pid"] == std::to_string(beta.pid()), r);
  command({"restart", "work@gamma"});
}

BOOST_AUTO_TEST_CASE(a_terminal_of_another_node_is_read_and_typed_to) {
  beta.worker_pid("shell.0");
  auto client = alpha.connect();
  auto screen_shows = [&](const std::string& text) {
    return eventually([&] {
      return has(client.call("shell.0@beta", "snapshot")["payload.screen"], text);
    });
  };
  BOOST_REQUIRE(screen_shows(">"));
  auto r = client.call("shell@beta", "input", R"({"data":"echo $((40+2))\n"})");
  BOOST_TEST(r["error"] == "null", r);
  BOOST_TEST(screen_shows("\n42\n"));
  BOOST_TEST(has(command({"dump", "shell@beta"}), "\n42\n"));
  r = client.call("shell@beta", "resize", R"({"rows":10,"cols":40})");
  BOOST_TEST(r["error"] == "null", r);
  BOOST_TEST(client.call("shell@beta", "snapshot")["payload.cols"] == "40");
}

BOOST_AUTO_TEST_CASE(the_routes_of_terminals_take_the_name_of_a_node) {
  beta.worker_pid("shell.0");
  auto http = alpha.http();
  BOOST_TEST(shows(http, "shell@beta", ">"));
  auto r = http.post("/api/input/shell@beta", R"({"data":"echo $((40+2))\n"})");
  BOOST_TEST(r.status == 200, r.body);
  BOOST_TEST(shows(http, "shell@beta", "\n42\n"));
}

BOOST_AUTO_TEST_CASE(a_conversation_is_found_by_its_id_from_every_node) {
  auto begun = alpha.http().post("/api/sessions", R"({"pool":"interview"})");
  BOOST_TEST_REQUIRE(begun.status == 200, begun.body);
  auto id = begun["session_id"];
  BOOST_TEST(id.ends_with("@beta"), id);
  for (auto& at : names())
    BOOST_TEST((*this)[at].http().get("/api/sessions/" + id)["state"] == "paused");
  auto r = gamma.http().post("/api/sessions/" + id + "/continue", both);
  BOOST_TEST(r["feed_result.Paused.queries.0.id"] == "cups", r.body);
  r = alpha.http().post("/api/sessions/" + id + "/continue", R"({"response":"3"})");
  BOOST_TEST(r["state"] == "finished", r.body);
  BOOST_TEST(beta.http().get("/api/sessions/" + id)["state"] == "finished");
  BOOST_TEST(gamma.http().get("/api/sessions/" + id + "/history").body.count("history")
             > 3u);
  r = gamma.http().get("/api/sessions/s-0000000000000000@beta");
  BOOST_TEST(r["code"] == "session_not_found", r.body);
  BOOST_TEST(gamma.http().get("/api/sessions/s-0@nobody").status == 404);
}

BOOST_AUTO_TEST_CASE(a_conversation_is_stopped_from_another_node_and_known_as_gone) {
  auto begin = [&] {
    return alpha.http().post("/api/sessions", R"({"pool":"interview"})")["session_id"];
  };
  auto stopped = begin();
  auto lost = begin();
  BOOST_TEST(gamma.http().request("DELETE", "/api/sessions/" + stopped).status == 200);
  BOOST_TEST(beta.http().get("/api/sessions/" + stopped)["error.code"] == "cancelled");
  kill("beta");
  auto r = alpha.http().get("/api/sessions/" + lost);
  BOOST_TEST(r["code"] == "node_down", r.body);
  start("beta");
  await_formed();
  BOOST_TEST(alpha.http().get("/api/sessions/" + lost)["state"] == "lost");
}

BOOST_AUTO_TEST_CASE(nodes_that_come_and_go_are_events) {
  websocket events{alpha, "/ws?sinceSeq=0"};
  // Which of them alpha met first depends on how fast each of them started.
  std::set<std::string> up{events.next_of("node_up")["node"],
                           events.next_of("node_up")["node"]};
  BOOST_TEST((up == std::set<std::string>{"beta", "gamma"}));
  beta.signal(SIGSTOP);
  BOOST_TEST(events.next_of("node_suspect")["node"] == "beta");
  BOOST_TEST(events.next_of("node_down")["node"] == "beta");
  beta.signal(SIGCONT);
  BOOST_TEST(events.next_of("node_up")["node"] == "beta");
}

BOOST_AUTO_TEST_SUITE_END()
