// Proves what a scrape tells of the node itself: fronts, HTTP, loops, log, configuration,
// sessions, terminals, peers, and its process. Each number moves with what it
// counts.
#include "tests/program/harness/scrape.hpp"
#include "tests/program/harness/terminals.hpp"
#include "tests/program/harness/test_cluster.hpp"
#include "tests/program/harness/websocket.hpp"
#include "tests/program/interviews.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

using namespace program;

namespace metrics_of_parts {

/// Returns the sample `troupe_NAME{LABELS}` of a scrape.
double told(const scrape& s, const std::string& name, const std::string& labels = {}) {
  return s["troupe_" + name + (labels.empty() ? "" : "{" + labels + "}")];
}

/// Waits until the node says `value` of a sample, or more.
bool reaches(const node_process& node, const std::string& name, const std::string& labels,
             double value) {
  return eventually([&] { return told(scrape{node}, name, labels) >= value; });
}

bool becomes(const node_process& node, const std::string& name, const std::string& labels,
             double value) {
  return eventually([&] { return told(scrape{node}, name, labels) == value; });
}

} // namespace metrics_of_parts

using namespace metrics_of_parts;

BOOST_AUTO_TEST_SUITE(metrics_of_parts)

BOOST_AUTO_TEST_CASE(clients_and_their_bytes_are_counted_by_front) {
  node_process node{puppets("a")};
  node.worker_pid("a.0");
  scrape before{node};
  {
    auto client = node.connect();
    client.call("a", "echo", '"' + std::string(5000, 'x') + '"');
    scrape s{node};
    BOOST_TEST(told(s, "connections", "front=socket") == 1);
    BOOST_TEST(told(s, "connections", "front=http") >= 1); // the scrape
    auto more = [&](const std::string& name) {
      return told(s, name, "front=socket") - told(before, name, "front=socket");
    };
    BOOST_TEST(more("front_received_bytes_total") > 5000);
    BOOST_TEST(more("front_sent_bytes_total") > 5000);
    BOOST_TEST(more("connections_opened_total") >= 1);
    BOOST_TEST(s.type_of("troupe_connections_opened") == "counter");
  }
  BOOST_TEST(becomes(node, "connections", "front=socket", 0));
  scrape after{node};
  BOOST_TEST(told(after, "front_sent_bytes_total", "front=http")
             > told(before, "front_sent_bytes_total", "front=http"));
  BOOST_TEST(told(after, "connections_refused_total", "front=http,reason=too_many") == 0);
}

BOOST_AUTO_TEST_CASE(clients_that_are_turned_away_are_counted_with_the_reason) {
  // A front takes a quarter of the descriptors.
  node_process node{puppets("a"), {.through = {"prlimit", "--nofile=128:128"}}};
  std::vector<socket_client> all;
  for (int i = 0; i < 48; ++i)
    all.push_back(node.connect());
  BOOST_TEST(
      reaches(node, "connections_refused_total", "front=socket,reason=too_many", 1));
}

BOOST_AUTO_TEST_CASE(clients_that_there_is_no_descriptor_for_are_counted) {
  node_process node{puppets("a")};
  node.worker_pid("a.0");
  rlimit before{};
  BOOST_REQUIRE(::prlimit(node.pid(), RLIMIT_NOFILE, nullptr, &before) == 0);
  auto limit = before;
  // Numbers up to here are taken, but for a few.
  limit.rlim_cur = static_cast<rlim_t>(scrape{node}["process_open_fds"]) + 4;
  BOOST_REQUIRE(::prlimit(node.pid(), RLIMIT_NOFILE, &limit, nullptr) == 0);
  {
    std::vector<socket_client> all;
    auto is_refused = [&] { return all.back().stream().is_closed_within(100ms); };
    do
      all.push_back(node.connect());
    while (!is_refused() && all.size() < 64);
  }
  BOOST_REQUIRE(::prlimit(node.pid(), RLIMIT_NOFILE, &before, nullptr) == 0);
  BOOST_TEST(
      told(scrape{node}, "connections_refused_total", "front=socket,reason=no_descriptor")
      >= 1);
}

BOOST_AUTO_TEST_CASE(a_limit_below_what_is_open_makes_clients_wait_and_the_loop_rest) {
  node_process node{puppets("a")};
  node.worker_pid("a.0");
  rlimit before{};
  BOOST_REQUIRE(::prlimit(node.pid(), RLIMIT_NOFILE, nullptr, &before) == 0);
  auto limit = before;
  limit.rlim_cur = 4;
  BOOST_REQUIRE(::prlimit(node.pid(), RLIMIT_NOFILE, &limit, nullptr) == 0);
  auto client = node.connect();
  auto waits = [&] {
    return node.errors().find("clients have to wait") != node.errors().npos;
  };
  BOOST_TEST(eventually(waits), node.errors());
  BOOST_REQUIRE(::prlimit(node.pid(), RLIMIT_NOFILE, &before, nullptr) == 0);
  BOOST_TEST(client.call("a", "echo", "1")["error"] == "null");
  BOOST_TEST(told(scrape{node}, "log_lines_total", "level=error") < 10);
}

BOOST_AUTO_TEST_CASE(a_client_of_another_user_is_counted) {
  if (::geteuid() != 0) {
    BOOST_TEST_MESSAGE("needs root, to become another user");
    return;
  }
  node_process node{puppets("a")};
  namespace fs = std::filesystem;
  for (fs::path at = node.state_dir(); at != "/tmp" && at != "/"; at = at.parent_path())
    fs::permissions(at, fs::perms::others_exec, fs::perm_options::add);
  fs::permissions(node.socket(), fs::perms::all);
  run({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3",
       "-c",
       "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
       " s.recv(1)",
       node.socket()});
  BOOST_TEST(
      reaches(node, "connections_refused_total", "front=socket,reason=other_user", 1));
}

BOOST_AUTO_TEST_CASE(clients_of_a_sessions_socket_are_a_front_of_their_own) {
  interviews i;
  socket_client client{i.socket("new-interview")};
  client.send_line(R"({"op":"handshake","version":"0.1.0"})");
  client.receive();
  client.send_line(R"({"op":"run","code":"","ctx":{"topic":"milk"},"lib_paths":[]})");
  client.receive();
  scrape s{i.node};
  BOOST_TEST(told(s, "connections", "front=session") == 1);
  BOOST_TEST(told(s, "connections_opened_total", "front=session") == 1);
  BOOST_TEST(told(s, "front_received_bytes_total", "front=session") > 50);
  BOOST_TEST(told(s, "front_sent_bytes_total", "front=session") > 50);
  BOOST_TEST(told(s, "calls_received_total", "front=session,pool=interview") >= 1);
}

BOOST_AUTO_TEST_CASE(a_node_that_drains_says_so_while_it_waits) {
  node_process node{puppets("a")};
  node.worker_pid("a.0");
  auto client = node.connect();
  client.send_call("slow", "a", "sleep", R"({"ms":1500})");
  BOOST_REQUIRE(eventually([&] { return node.worker("a.0").number("in_flight") == 1; }));
  node.signal(SIGTERM);
  BOOST_TEST(becomes(node, "node_draining", "", 1));
  BOOST_TEST(client.receive("slow")["error"] == "null");
}

BOOST_AUTO_TEST_CASE(requests_of_http_are_counted_by_the_pattern_of_their_route) {
  node_process node{puppets("a")};
  node.worker_pid("a.0");
  auto http = node.http();
  http.post("/api/call/a/echo", "1");
  http.post("/api/call/a/deep/kind", "1");
  http.post("/api/call/nobody/echo", "1");
  http.get("/api/pools/a");
  http.get("/api/pools/nobody");
  http.get("/nowhere");
  websocket events{node, "/ws"};
  scrape s{node};
  auto requests = [&](const std::string& route, int status) {
    return told(s, "http_requests_total",
                "route=" + route + ",status=" + std::to_string(status));
  };
  BOOST_TEST(requests("/api/call/{to}/{kind}", 404) == 1);
  BOOST_TEST(requests("/api/call/{to}/{kind}", 200) >= 1);
  BOOST_TEST(requests("/api/pools/{name}", 200) == 1);
  BOOST_TEST(requests("/api/pools/{name}", 404) == 1);
  BOOST_TEST(requests("none", 404) == 1);
  BOOST_TEST(requests("/ws", 101) == 1);
  BOOST_TEST(s.sum("troupe_http_requests_total", "nobody") == 0); // paths are no labels
}

BOOST_AUTO_TEST_CASE(calls_are_told_apart_by_the_front_that_took_them) {
  node_process node{puppets("a") + interview()};
  node.worker_pid("a.0");
  node.connect().call("a", "echo");
  node.http().post("/api/call/a/echo", "1");
  node.http().post("/api/sessions", R"({"pool":"interview"})");
  scrape s{node};
  BOOST_TEST(told(s, "calls_received_total", "front=socket,pool=a") == 1);
  BOOST_TEST(told(s, "calls_received_total", "front=http,pool=a") == 1);
  BOOST_TEST(told(s, "calls_received_total", "front=http,pool=interview") == 1);
}

BOOST_AUTO_TEST_CASE(the_node_tells_its_name_its_loops_its_log_and_its_process) {
  node_process node{puppets("a"), {.node_keys = "loops = 2\n"}};
  node.worker_pid("a.0");
  scrape first{node};
  BOOST_TEST(first.sum("troupe_node_info", "node=alpha") == 1);
  BOOST_TEST(told(first, "node_draining") == 0);
  BOOST_TEST(told(first, "log_lines_total", "level=info") >= 1);
  auto client = node.connect();
  for (int i = 0; i < 200; ++i)
    client.call("a", "echo");
  scrape s{node};
  for (std::string loop : {"loop=0", "loop=1"}) {
    BOOST_TEST(told(s, "loop_busy_seconds_total", loop) > 0);
    BOOST_TEST(told(s, "loop_turn_seconds_count", loop) > 0);
    BOOST_TEST(told(s, "loop_turn_seconds_sum", loop)
               == told(s, "loop_busy_seconds_total", loop));
  }
  BOOST_TEST(s.sum("troupe_loop_busy_seconds_total")
             > first.sum("troupe_loop_busy_seconds_total"));
  BOOST_TEST(s["process_cpu_seconds_total"] > 0);
  BOOST_TEST(s["process_resident_memory_bytes"] > 1e6);
  BOOST_TEST(s["process_virtual_memory_bytes"] >= s["process_resident_memory_bytes"]);
  BOOST_TEST(s["process_open_fds"] > 5);
  BOOST_TEST(s["process_max_fds"] >= s["process_open_fds"]);
  BOOST_TEST(s["process_start_time_seconds"] > 1e9);
  BOOST_TEST(s["process_start_time_seconds"] == first["process_start_time_seconds"]);
}

BOOST_AUTO_TEST_CASE(reloads_are_counted_by_their_result) {
  temporary_folder folder;
  node_process node{puppets("a"), {.config_folder = folder.path()}};
  node.worker_pid("a.0");
  node.operation("reload");
  BOOST_TEST(told(scrape{node}, "config_reloads_total", "result=ok") == 1);
  std::ofstream{folder.path() + "/troupe.toml", std::ios::app} << "\nnonsense = 1\n";
  BOOST_TEST(node.connect().call("$node", "reload")["error.code"] == "bad_request");
  scrape s{node};
  BOOST_TEST(told(s, "config_reloads_total", "result=ok") == 1);
  BOOST_TEST(told(s, "config_reloads_total", "result=failed") == 1);
  BOOST_TEST(told(s, "log_lines_total", "level=error") >= 1);
}

BOOST_AUTO_TEST_CASE(sessions_are_counted_by_their_state_and_by_their_end) {
  interviews i;
  auto stopped = i.begin();
  i.begin();
  scrape s{i.node};
  BOOST_TEST(told(s, "sessions", "state=paused") == 2);
  BOOST_TEST(told(s, "session_write_seconds_count") >= 4);
  i.node.http().request("DELETE", "/api/sessions/" + stopped);
  scrape after{i.node};
  BOOST_TEST(told(after, "sessions", "state=paused") == 1);
  BOOST_TEST(told(after, "sessions", "state=failed") == 1);
  BOOST_TEST(told(after, "sessions_ended_total", "state=failed") == 1);
  BOOST_TEST(told(after, "sessions_ended_total", "state=finished") == 0);
}

BOOST_AUTO_TEST_CASE(terminals_their_bytes_and_messages_are_counted) {
  node_process node{shell_pool};
  auto http = node.http();
  node.worker_pid("shell.0");
  BOOST_TEST(shows(http, "shell", ">"));
  BOOST_TEST(told(scrape{node}, "terminals") == 1);
  http.post("/api/input/shell", R"({"data":"echo $((40+2))\r"})");
  BOOST_TEST(shows(http, "shell", "42"));
  scrape s{node};
  BOOST_TEST(told(s, "terminal_input_bytes_total") >= 15);
  BOOST_TEST(told(s, "terminal_output_bytes_total") > 15);
  http.post("/api/send", R"({"to":"shell","message":"echo hello"})");
  BOOST_TEST(
      eventually([&] { return scrape{node}.sum("troupe_deliveries_total") == 1; }));
  BOOST_TEST(told(scrape{node}, "deliveries_total", "result=failed") == 0);
  node.operation("stop", R"({"name":"shell"})");
  BOOST_TEST(becomes(node, "terminals", "", 0));
  BOOST_TEST(told(scrape{node}, "terminal_output_bytes_total")
             >= told(s, "terminal_output_bytes_total"));
}

BOOST_AUTO_TEST_CASE(peers_are_told_of_with_their_calls_their_bytes_and_their_returns) {
  test_cluster nodes{
      {.pools = [](const std::string& name) { return puppets("on-" + name); },
       .names = {"alpha", "beta"}}};
  auto& alpha = nodes["alpha"];
  nodes["beta"].worker_pid("on-beta.0");
  auto client = alpha.connect();
  BOOST_TEST(client.call("on-beta", "echo", "1").text.find("\"error\":null")
             != std::string::npos);
  client.call("on-beta", "error", R"({"code":"x","message":"y"})");
  scrape s{alpha};
  BOOST_TEST(told(s, "cluster_peer_up", "peer=beta") == 1);
  BOOST_TEST(reaches(alpha, "cluster_peer_rtt_seconds", "peer=beta", 1e-9));
  auto calls = [](const scrape& of, const std::string& code, const std::string& way,
                  const std::string& peer) {
    return told(of, "cluster_calls_total",
                "code=" + code + ",direction=" + way + ",peer=" + peer);
  };
  BOOST_TEST(calls(s, "ok", "out", "beta") == 1);
  BOOST_TEST(calls(s, "worker_error", "out", "beta") == 1);
  BOOST_TEST(calls(s, "ok", "in", "beta") == 0);
  scrape other{nodes["beta"]};
  BOOST_TEST(calls(other, "ok", "in", "alpha") == 1);
  BOOST_TEST(told(other, "calls_received_total", "front=cluster,pool=on-beta") == 2);
  BOOST_TEST(told(s, "cluster_sent_bytes_total", "peer=beta") > 0);
  BOOST_TEST(told(s, "cluster_received_bytes_total", "peer=beta") > 0);
  BOOST_TEST(told(s, "cluster_reconnects_total", "peer=beta") == 0);
  nodes.kill("beta");
  BOOST_TEST(becomes(alpha, "cluster_peer_up", "peer=beta", 0));
  nodes.start("beta");
  BOOST_TEST(reaches(alpha, "cluster_reconnects_total", "peer=beta", 1));
  BOOST_TEST(becomes(alpha, "cluster_peer_up", "peer=beta", 1));
  BOOST_TEST(calls(scrape{alpha}, "ok", "out", "beta")
             == 1); // it outlives the connection
}

BOOST_AUTO_TEST_SUITE_END()
