// Proves that an operator sees the calls that wait or run, and can take a single one
// back: its caller is told, once, wherever the call is.
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/test_cluster.hpp"
#include "tests/program/harness/websocket.hpp"
#include "tests/program/interviews.hpp"
#include "tests/program/willing.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

namespace calls {

/// Waits until the node lists `n` calls, and returns the list.
reply listed(const node_process& node, size_t n, const std::string& wanted = "null") {
  reply all;
  auto there = eventually([&] {
    all = node.operation("calls", wanted);
    return all.count("") == n;
  });
  BOOST_TEST_REQUIRE(there, all);
  return all;
}

std::string named(const std::string& id) {
  return "{\"id\":\"" + id + "\"}";
}

/// Returns the id of the call that its client named so.
std::string id_of(const node_process& node, const std::string& request_id) {
  std::string id;
  auto found = eventually([&] {
    auto all = node.operation("calls");
    for (size_t i = 0; i < all.count(""); ++i)
      if (all[std::to_string(i) + ".request_id"] == request_id)
        id = all[std::to_string(i) + ".id"];
    return !id.empty();
  });
  BOOST_TEST_REQUIRE(found, request_id);
  return id;
}

/// Runs a subcommand against the node.
std::pair<int, std::string> troupe(const node_process& node,
                                   std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {TROUPE_BINARY, "--node", node.socket()});
  return run(arguments);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// One worker that runs a call for ever, and one call behind it.
struct busy_node : node_process {
  explicit busy_node(const std::string& more = {})
    : node_process(puppets("one", "queue_timeout = \"60s\"", {"--cancel"}) + more) {
    worker_pid("one.0");
    client.send_call("first", "one", "never");
    listed(*this, 1);
    client.send_call("second", "one", "echo", "1", "\"priority\":2,\"key\":\"k\"");
    all = listed(*this, 2);
  }

  socket_client client = connect();
  reply all;
};

} // namespace calls

BOOST_AUTO_TEST_SUITE(calls)

BOOST_AUTO_TEST_CASE(what_runs_and_what_waits_is_listed_the_oldest_first) {
  busy_node node;
  auto& all = node.all;
  BOOST_TEST(all["0.request_id"] == "first", all);
  BOOST_TEST(all["0.state"] == "running", all);
  BOOST_TEST(all["0.kind"] == "never", all);
  BOOST_TEST(all["0.pool"] == "one", all);
  BOOST_TEST(all["0.worker"] == "one.0", all);
  BOOST_TEST(all["0.from"] == "socket", all);
  BOOST_TEST(all["0.key"] == "null", all);
  BOOST_TEST(all.number("0.deadline_ms") > 0, all);
  BOOST_TEST(all["1.request_id"] == "second", all);
  BOOST_TEST(all["1.state"] == "waiting", all);
  BOOST_TEST(all["1.key"] == "k", all);
  BOOST_TEST(all.number("1.priority") == 2, all);
  BOOST_TEST(all.number("1.age_ms") >= 0, all);
  BOOST_TEST(all["0.id"] != all["1.id"], all);
}

BOOST_AUTO_TEST_CASE(a_list_has_what_is_asked_for) {
  busy_node node{puppets("idle")};
  auto http = node.http();
  BOOST_TEST(http.get("/api/calls").body.count("") == 2u);
  BOOST_TEST(http.get("/api/calls?pool=idle").body.count("") == 0u);
  BOOST_TEST(http.get("/api/calls?pool=one&limit=1")["0.request_id"] == "first");
  BOOST_TEST(http.get("/api/calls?limit=1").body.count("") == 1u);
  BOOST_TEST(http.get("/api/calls?state=waiting")["0.request_id"] == "second");
  BOOST_TEST(http.get("/api/calls?state=running").body.count("") == 1u);
  BOOST_TEST(http.get("/api/calls?older_ms=3600000").body.count("") == 0u);
  BOOST_TEST(http.get("/api/calls?pool=nobody")["code"] == "pool_not_found");
  for (auto wrong : {"state=gone", "limit=0", "limit=9999999", "older_ms=x", "pools=one"})
    BOOST_TEST(http.get(std::string{"/api/calls?"} + wrong)["code"] == "bad_request",
               wrong);
}

BOOST_AUTO_TEST_CASE(a_running_call_is_taken_back_and_its_slot_runs_the_next) {
  busy_node node;
  websocket events{node, "/ws?kinds=call_cancelled"};
  auto id = node.all["0.id"];
  auto http = node.http();
  auto r = http.request("DELETE", "/api/calls/" + id);
  BOOST_TEST(r.status == 200, r.body);
  BOOST_TEST(r["id"] == id, r.body);
  BOOST_TEST(r["state"] == "running", r.body);
  auto told = node.client.receive("first");
  BOOST_TEST(told["error.code"] == "cancelled", told);
  BOOST_TEST(told["error.message"] == "by an operator", told);
  BOOST_TEST(node.client.receive("second")["payload"] == "1");
  auto event = events.next_of("call_cancelled");
  BOOST_TEST(event["id"] == id, event);
  BOOST_TEST(event["pool"] == "one", event);
  BOOST_TEST(event["call"] == "never", event);
  BOOST_TEST(event["worker"] == "one.0", event);
  BOOST_TEST(eventually([&] { return has(node.errors(), "cancelled by an operator"); }));
  r = http.request("DELETE", "/api/calls/" + id);
  BOOST_TEST(r.status == 404, r.body);
  BOOST_TEST(has(r["message"], id), r.body);
}

BOOST_AUTO_TEST_CASE(a_waiting_call_is_taken_back_and_never_starts) {
  busy_node node;
  node.operation("cancel_call", named(node.all["1.id"]));
  BOOST_TEST(node.client.receive("second")["error.code"] == "cancelled");
  BOOST_TEST(listed(node, 1)["0.request_id"] == "first");
}

BOOST_AUTO_TEST_CASE(an_id_that_names_no_call_is_refused) {
  busy_node node;
  auto http = node.http();
  for (auto id : {"one.c9999-1", "nobody.c1-1", "one.c1-1@nowhere", "one.beta.c1-1"})
    BOOST_TEST(http.request("DELETE", std::string{"/api/calls/"} + id).status == 404, id);
  BOOST_TEST(http.request("DELETE", "/api/calls/one.0").status == 400);
  BOOST_TEST(listed(node, 2)["0.request_id"] == "first");
}

BOOST_AUTO_TEST_CASE(the_command_line_shows_calls_and_takes_them_back) {
  busy_node node;
  auto [status, shown] = troupe(node, {"calls"});
  BOOST_TEST(status == 0, shown);
  BOOST_TEST(has(shown, node.all["0.id"]), shown);
  BOOST_TEST(has(shown, "waiting"), shown);
  auto one = troupe(node, {"calls", "one", "--state", "waiting", "--json"});
  BOOST_TEST((reply{one.second}["0.request_id"] == "second"), one.second);
  BOOST_TEST(has(troupe(node, {"calls", "--limit", "1"}).second, "there may be more"));
  BOOST_TEST(troupe(node, {"calls", "--older", "1h", "--json"}).second == "[]\n");
  auto gone = troupe(node, {"cancel", node.all["1.id"]});
  BOOST_TEST(gone.first == 0, gone.second);
  BOOST_TEST(has(gone.second, "waiting"), gone.second);
  BOOST_TEST(node.client.receive("second")["error.code"] == "cancelled");
  gone = troupe(node, {"cancel", node.all["1.id"]});
  BOOST_TEST(gone.first == 1, gone.second);
  BOOST_TEST(has(gone.second, "not_found"), gone.second);
}

BOOST_AUTO_TEST_CASE(each_call_says_where_it_came_from) {
  node_process node{pool_of("f", {"python3", EXAMPLES_FOLDER "/workers/forward.py"})
                    + puppets("deep", "window = 2", {"--cancel"})
                    + "[pool.cached]\nbehaviour = \"cache\"\nof = \"deep\"\n"};
  auto client = node.connect();
  auto http = node.http();
  http.send_request("POST", "/api/call/deep/never", {}, "X-Request-Id: web\r\n");
  auto id = id_of(node, "web");
  BOOST_TEST(listed(node, 1)["0.from"] == "http");
  node.operation("cancel_call", named(id));
  BOOST_TEST(http.read_response().status == 499);
  client.send_call("outer", "f", "x", R"({"to":"deep","kind":"never","payload":null})");
  auto all = listed(node, 2, R"({"state":"running"})");
  BOOST_TEST(all["0.pool"] == "f", all);
  BOOST_TEST(all["1.from"] == "worker f.0", all);
  node.operation("cancel_call", named(all["1.id"]));
  BOOST_TEST(client.receive("outer")["error"] != "null");
  client.send_call("front", "cached", "never");
  all = listed(node, 2);
  BOOST_TEST(all["1.from"] == "behaviour cached.0", all);
  node.operation("cancel_call", named(all["0.id"]));
  BOOST_TEST(client.receive("front")["error.code"] == "cancelled");
}

BOOST_AUTO_TEST_CASE(a_call_that_runs_again_is_taken_back_under_the_same_id) {
  temporary_folder folder;
  node_process node{willing("w", "restart = { delay = \"1ms\" }\nretries = 3\n")};
  node.worker_pid("w.0");
  auto client = node.connect();
  client.send_call("c", "w", "sleep", R"({"ms":60000})", "\"idempotent\":true");
  auto id = id_of(node, "c");
  ::kill(node.worker_pid("w.0"), SIGKILL);
  BOOST_TEST(eventually([&] { return node.operation("calls").number("0.deaths") == 1; }));
  BOOST_TEST(listed(node, 1)["0.id"] == id);
  node.operation("cancel_call", named(id));
  BOOST_TEST(client.receive("c")["error.code"] == "cancelled");
}

BOOST_AUTO_TEST_CASE(a_session_that_is_paused_is_no_open_call) {
  interviews i{interview() + puppets("p")};
  auto id = i.begin();
  // Between two steps nothing runs.
  BOOST_TEST(listed(i.node, 0).is_json());
  BOOST_TEST(i.go_on(id, both)["state"] == "paused");
}

BOOST_AUTO_TEST_CASE(a_call_at_another_node_is_listed_once_and_taken_back_from_anywhere) {
  test_cluster nodes{{.pools =
                          [](const std::string& node) {
                            return puppets("only-" + node, "", {"--cancel"});
                          },
                      .names = {"alpha", "beta"}}};
  auto& alpha = nodes["alpha"];
  auto& beta = nodes["beta"];
  beta.worker_pid("only-beta.0");
  auto client = alpha.connect();
  client.send_call("far", "only-beta", "never");
  // It takes a turn of the loop to be sent, and it has come once it runs there.
  BOOST_REQUIRE(
      eventually([&] { return beta.operation("calls")["0.state"] == "running"; }));
  auto here = listed(alpha, 1);
  BOOST_TEST(here["0.request_id"] == "far", here);
  BOOST_TEST(here["0.state"] == "running", here);
  BOOST_TEST(here["0.worker"] == "only-beta@beta", here);
  auto there = listed(beta, 1);
  BOOST_TEST(there["0.worker"] == "only-beta.0", there);
  BOOST_TEST(there["0.from"] == "node alpha", there);
  auto all = listed(alpha, 1, R"({"cluster":true})");
  BOOST_TEST(all["0.node"] == "beta", all);
  auto named_pool = listed(alpha, 1, R"({"pool":"only-beta@beta"})");
  BOOST_TEST(named_pool["0.id"] == there["0.id"], named_pool);
  // Beta is asked for the call that alpha knows.
  beta.operation("cancel_call", named(here["0.id"]));
  auto told = client.receive("far");
  BOOST_TEST(told["error.code"] == "cancelled", told);
  BOOST_TEST(told["error.message"] == "by an operator", told);
  listed(beta, 0);
  // And alpha for one that beta knows.
  client.send_call("again", "only-beta", "never");
  there = listed(beta, 1);
  alpha.operation("cancel_call", named(there["0.id"]));
  BOOST_TEST(client.receive("again")["error.code"] == "cancelled");
  listed(alpha, 0);
}

BOOST_AUTO_TEST_SUITE_END()
