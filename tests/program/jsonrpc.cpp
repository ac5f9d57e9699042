// Proves what is particular to servers of JSON-RPC: the example of an MCP server is one.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

namespace mcp_servers {

std::string servers(const std::string& keys = {}) {
  return pool_of("mcp", {"python3", "-SE", EXAMPLES_FOLDER "/workers/mcp_server.py"},
                 "protocol = \"jsonrpc\"\n" + keys);
}

std::string tool(const std::string& name, const std::string& arguments = "{}") {
  return R"({"name":")" + name + R"(","arguments":)" + arguments + "}";
}

/// Returns the text that a tool answered.
std::string text_of(const reply& r) {
  BOOST_TEST(r["error"] == "null", r);
  auto content = r["payload.content"];
  return reply{"{\"c\":" + content.substr(1, content.size() - 2) + "}"}["c.text"];
}

} // namespace mcp_servers

BOOST_AUTO_TEST_SUITE(mcp_servers)

BOOST_AUTO_TEST_CASE(a_server_is_greeted_and_says_what_it_has) {
  node_process node{servers()};
  auto client = node.connect();
  auto greeting = client.call("mcp", "initialize", "{}");
  BOOST_TEST(greeting["payload.serverInfo.name"] == "example", greeting);
  BOOST_TEST(node.worker("mcp.0")["program"] == "example");
  auto tools = client.call("mcp", "tools/list");
  BOOST_TEST(tools["payload.tools"].find("\"add\"") != std::string::npos, tools);
  auto hello = client.call("mcp", "resources/read", R"({"uri":"note:///hello"})");
  BOOST_TEST(hello["payload.contents"].find("Hello from") != std::string::npos, hello);
  auto prompts = client.call("mcp", "prompts/list");
  BOOST_TEST(prompts["payload.prompts"].find("greet") != std::string::npos, prompts);
  BOOST_TEST(text_of(client.call("mcp", "tools/call", tool("add", R"({"a":2,"b":3})")))
             == "5");
}

BOOST_AUTO_TEST_CASE(errors_are_the_callers) {
  node_process node{servers()};
  auto client = node.connect();
  auto r = client.call("mcp", "tools/call", tool("none"));
  BOOST_TEST(r["error.code"] == "worker_error", r);
  BOOST_TEST(r["error.worker_code"] == "-32602", r);
  BOOST_TEST(r["error.message"] == "no such tool: none", r);
  BOOST_TEST(client.call("mcp", "tools/call", "5")["error.code"] == "bad_request");
  BOOST_TEST(client.call("mcp", "no/such")["error.worker_code"] == "-32601");
}

BOOST_AUTO_TEST_CASE(progress_comes_as_parts_of_the_answer) {
  node_process node{servers()};
  auto client = node.connect();
  client.send_call("c", "mcp", "tools/call", tool("count", R"({"to":3,"ms":1})"),
                   "\"stream\":true");
  for (auto n : {"1", "2", "3"}) {
    auto chunk = client.receive("c");
    BOOST_TEST(chunk["kind"] == "chunk", chunk);
    BOOST_TEST(chunk["payload.progress"] == n, chunk);
  }
  BOOST_TEST(text_of(client.receive("c")) == "3");
  BOOST_TEST(text_of(client.call("mcp", "tools/call", tool("count", R"({"to":3})")))
             == "3");
}

BOOST_AUTO_TEST_CASE(a_cancelled_call_leaves_its_slot_to_the_next) {
  node_process node{servers()};
  auto pid = node.worker_pid("mcp.0");
  auto client = node.connect();
  client.send_call("c", "mcp", "tools/call", tool("wait", R"({"ms":60000})"));
  BOOST_REQUIRE(
      eventually([&] { return node.worker("mcp.0").number("in_flight") == 1; }));
  client.send_line(R"({"kind":"cancel","request_id":"c"})");
  BOOST_TEST(client.receive("c")["error.code"] == "cancelled");
  BOOST_TEST(text_of(client.call("mcp", "tools/call", tool("cancelled"))) == "1");
  BOOST_TEST(node.worker_pid("mcp.0") == pid);
}

BOOST_AUTO_TEST_CASE(a_server_that_lives_is_kept_after_a_timeout) {
  node_process node{servers("exec_timeout = \"100ms\"\n")};
  auto pid = node.worker_pid("mcp.0");
  auto client = node.connect();
  auto late = client.call("mcp", "tools/call", tool("wait", R"({"ms":60000})"));
  BOOST_TEST(late["error.code"] == "timeout", late);
  BOOST_TEST(client.call("mcp", "ping")["error"] == "null");
  BOOST_TEST(node.worker_pid("mcp.0") == pid);
}

BOOST_AUTO_TEST_CASE(five_hundred_calls_side_by_side_get_their_own_answers) {
  node_process node{servers("size = 2\nwindow = 16\n")};
  auto client = node.connect();
  for (int i = 0; i < 500; ++i)
    client.send_call(std::to_string(i), "mcp", "tools/call",
                     tool("add", R"({"a":1000,"b":)" + std::to_string(i) + "}"));
  for (int i = 0; i < 500; ++i)
    BOOST_TEST(text_of(client.receive(std::to_string(i))) == std::to_string(1000 + i));
}

BOOST_AUTO_TEST_CASE(a_server_that_dies_under_load_fails_its_own_calls_alone) {
  node_process node{servers("size = 2\nwindow = 16\nretries = 2\n")};
  node.worker_pid("mcp.1");
  auto client = node.connect();
  for (int i = 0; i < 300; ++i) {
    if (i == 150)
      ::kill(node.worker_pid("mcp.0"), SIGKILL);
    client.send_call(std::to_string(i), "mcp", "tools/call",
                     tool("add", R"({"a":1000,"b":)" + std::to_string(i) + "}"),
                     "\"idempotent\":true");
  }
  for (int i = 0; i < 300; ++i)
    BOOST_TEST(text_of(client.receive(std::to_string(i))) == std::to_string(1000 + i));
}

BOOST_AUTO_TEST_SUITE_END()
