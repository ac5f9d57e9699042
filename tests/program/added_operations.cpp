// Proves that operations that behaviours add to a node are called as the node's own, and
// that `support` gathers what a node knows.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

using namespace program;

namespace added_operations {

const std::string support = "[operation.support]\nbehaviour = \"support\"\n";

/// Returns what `troupe check` says of a configuration, and its status.
std::pair<int, std::string> check(const std::string& text) {
  temporary_folder folder;
  std::ofstream{folder.path() + "/troupe.toml"} << text;
  return run({TROUPE_BINARY, "check", "-c", folder.path() + "/troupe.toml"});
}

} // namespace added_operations

BOOST_AUTO_TEST_SUITE(added_operations)

BOOST_AUTO_TEST_CASE(support_gathers_what_the_node_knows) {
  node_process node{support
                    + puppets("p", "env = { TOKEN = \"hidden\" }", {"--lines", "hidden"})
                    + "[pool.e]\nbehaviour = \"echo\"\n"};
  node.worker_pid("p.0");
  BOOST_REQUIRE(eventually([&] { return node.worker("e.0")["state"] == "ready"; }));
  auto r = node.operation("support");
  BOOST_TEST(r["health.name"] == "alpha", r);
  BOOST_TEST(!r["health.version"].empty());
  BOOST_TEST(r.number("health.uptime_ms") >= 0);
  BOOST_TEST(r["ready.ready"] == "true");
  BOOST_TEST(r["configuration.pools.e.behaviour"] == "echo");
  BOOST_TEST(r["configuration.pools.p.env"] == "[\"TOKEN\"]");
  BOOST_TEST(r["configuration.operations.support.behaviour"] == "support");
  BOOST_TEST(r["nodes.0.name"] == "alpha");
  BOOST_TEST(!r["log.p.workers.0.lines"].empty());
  BOOST_TEST(r["pools"].find("\"name\":\"p\"") != std::string::npos);
  BOOST_TEST(r["workers"].find("\"name\":\"p.0\"") != std::string::npos);
  BOOST_TEST(r["events"].find("worker_ready") != std::string::npos);
  for (auto part : {"configuration", "pools", "workers"})
    BOOST_TEST(r[part].find("hidden") == std::string::npos, part);
}

BOOST_AUTO_TEST_CASE(it_is_called_over_http_and_by_the_command_line_too) {
  node_process node{support + puppets("p")};
  auto answer = node.http().post("/api/call/$node/support", "null");
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer["payload.health.name"] == "alpha", answer.body);
  auto [status, text] =
      run({TROUPE_BINARY, "call", "$node", "support", "--node", node.socket()});
  BOOST_TEST(status == 0);
  BOOST_TEST(text.find("\"configuration\"") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(a_node_without_one_has_no_such_operation) {
  node_process node{puppets("p")};
  auto client = node.connect();
  BOOST_TEST(client.call("$node", "support")["error.code"] == "not_found");
  BOOST_TEST(client.call("$support", "support")["error.code"] == "bad_request");
}

BOOST_AUTO_TEST_CASE(an_operation_is_called_while_workers_do_not_answer) {
  node_process node{support + puppets("p")};
  auto client = node.connect();
  client.send_call("slow", "p", "sleep", "{\"ms\":2000}");
  auto r = client.call("$node", "support");
  BOOST_TEST(r["payload.health.name"] == "alpha", r);
  BOOST_TEST(client.receive("slow")["payload"] == "{\"ms\":2000}");
}

BOOST_AUTO_TEST_CASE(check_tells_of_behaviours_and_names_that_are_wrong) {
  BOOST_TEST(check(support + puppets("p")).first == 0);
  auto [unknown, who] = check("[operation.support]\nbehaviour = \"suport\"\n");
  BOOST_TEST(unknown == 1);
  BOOST_TEST(who.find("operation.support.behaviour: expected one of support, not "
                      "\"suport\"")
                 != std::string::npos,
             who);
  auto [taken, what] = check("[operation.drain]\nbehaviour = \"support\"\n");
  BOOST_TEST(taken == 1);
  BOOST_TEST(what.find("the node has an operation drain already") != std::string::npos,
             what);
}

BOOST_AUTO_TEST_SUITE_END()
