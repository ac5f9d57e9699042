// Proves that what is meant for a pool, a worker or a terminal is refused for another,
// and that nothing is done or sent then.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace wrong_names {

std::pair<int, std::string> troupe(const node_process& node,
                                   std::vector<std::string> arguments) {
  arguments.insert(arguments.begin() + 1, {"--node", node.socket()});
  arguments.insert(arguments.begin(), TROUPE_BINARY);
  return run(arguments);
}

} // namespace wrong_names

BOOST_AUTO_TEST_SUITE(wrong_names)

BOOST_AUTO_TEST_CASE(operations_on_pools_refuse_the_name_of_a_worker) {
  node_process node{puppets("a", "size = 2\n")};
  for (auto operation : {"drain", "resume", "reload"}) {
    auto [status, shown] = troupe(node, {operation, "a.0"});
    BOOST_TEST(status == 1, operation);
    BOOST_TEST(shown.starts_with("bad_request: name: "), shown);
  }
  BOOST_TEST(troupe(node, {"scale", "a.0", "3"}).first == 1);
  auto client = node.connect();
  for (auto operation : {"pool", "drain", "resume", "reload", "remove"}) {
    auto r = client.call("$node", operation, R"({"name":"a.0"})");
    BOOST_TEST(r["error.code"] == "bad_request", r);
  }
  BOOST_TEST(client.call("a", "echo", "1")["payload"] == "1"); // it is not drained
}

BOOST_AUTO_TEST_CASE(routes_of_pools_refuse_workers_and_routes_of_workers_refuse_pools) {
  node_process node{puppets("a", "size = 2\n")};
  auto pid = node.worker_pid("a.0");
  auto http = node.http();
  for (auto what : {"restart", "reload", "drain", "resume", "scale", "stop"}) {
    auto r = http.post(std::string{"/api/pools/a.0/"} + what, R"({"size":1})");
    BOOST_TEST(r.status == 400, r.body);
    BOOST_TEST(r["code"] == "bad_request", r.body);
  }
  for (auto method : {"GET", "DELETE", "PUT"})
    BOOST_TEST(http.request(method, "/api/pools/a.0", "{}").status == 400, method);
  BOOST_TEST(http.get("/api/workers/a").status == 400);
  BOOST_TEST(http.post("/api/workers/a/restart").status == 400);
  BOOST_TEST(http.request("DELETE", "/api/workers/a").status == 400);
  BOOST_TEST(node.worker_pid("a.0") == pid);
  BOOST_TEST(node.connect().call("a", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(events_of_a_kind_that_there_is_not_are_not_waited_for) {
  node_process node{puppets("a")};
  auto [status, shown] = troupe(node, {"events", "--kinds", "worker_ready,nope"});
  BOOST_TEST(status == 1);
  BOOST_TEST(shown.starts_with("bad_request: kinds: no event is of the kind \"nope\""),
             shown);
}

BOOST_AUTO_TEST_CASE(what_is_no_terminal_is_sent_nothing) {
  node_process node{puppets("a")};
  node.worker_pid("a.0");
  for (auto name : {"a", "a.0"}) {
    auto [status, shown] = troupe(node, {"dump", name});
    BOOST_TEST(status == 1);
    BOOST_TEST(shown.starts_with("not_a_terminal: "), shown);
  }
  BOOST_TEST(troupe(node, {"dump", "nobody"}).second.starts_with("pool_not_found: "));
  auto http = node.http();
  BOOST_TEST(http.get("/api/spawned/a/snapshot")["code"] == "not_a_terminal");
  BOOST_TEST(http.post("/api/input/a", R"({"data":"x"})")["code"] == "not_a_terminal");
  BOOST_TEST(http.post("/api/send", R"({"to":"a","message":"x"})")["code"]
             == "not_a_terminal");
  BOOST_TEST(http.request("DELETE", "/api/spawned/a")["code"] == "not_a_terminal");
  BOOST_TEST(node.worker("a.0")["calls"] == "0");
}

BOOST_AUTO_TEST_SUITE_END()
