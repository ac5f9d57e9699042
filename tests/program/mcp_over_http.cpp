// Proves that clients of MCP's Streamable HTTP share the servers of a pool.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/scrape.hpp"
#include "tests/program/harness/test_cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

namespace mcp_over_http {

std::string servers(const std::string& keys = {}) {
  return pool_of("mcp", {"python3", "-SE", EXAMPLES_FOLDER "/workers/mcp_server.py"},
                 "protocol = \"jsonrpc\"\nwindow = 16\n" + keys);
}

std::string endpoint(const std::string& keys = {}) {
  return "[web.tools]\nlisten = \"127.0.0.1:0\"\npool = \"mcp\"\nmapping = \"mcp\"\n"
         + keys;
}

std::string front(const std::string& pool_keys = {}) {
  return servers(pool_keys) + endpoint();
}

/// Each session has a server of its own, of which there are at most two.
std::string own_servers(const std::string& keys = {}) {
  return servers("size = { min = 0, max = 2 }\n")
         + endpoint("sessions = \"own\"\n" + keys);
}

/// Returns the port of the front, which the node's log tells.
int port_of(const node_process& node) {
  std::string line;
  BOOST_REQUIRE(eventually([&] {
    auto log = node.errors();
    auto begin = log.find("web tools at ");
    line = begin == log.npos ? "" : log.substr(begin, log.find('\n', begin) - begin);
    return !line.empty();
  }));
  return std::stoi(line.substr(line.rfind(':') + 1));
}

/// A client in one session.
struct mcp_client {
  explicit mcp_client(int port)
    : http(port, "") {
    auto r = http.request("POST", "/mcp", request(0, "initialize", "{}"), accept);
    BOOST_TEST(r.status == 200);
    BOOST_TEST(r["result.serverInfo.name"] == "example", r.body);
    session = r.headers["mcp-session-id"];
    BOOST_TEST(!session.empty());
  }

  static std::string request(int id, const std::string& method,
                             const std::string& params) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" + method
           + R"(","params":)" + params + "}";
  }
  std::string headers() const { return accept + ("Mcp-Session-Id: " + session + "\r\n"); }
  http_response post(const std::string& body) {
    return http.request("POST", "/mcp", body, headers());
  }
  http_response add(int id, int to) {
    return post(request(id, "tools/call",
                        R"({"name":"add","arguments":{"a":1000,"b":)" + std::to_string(to)
                            + "}}"));
  }

  http_response end() { return http.request("DELETE", "/mcp", {}, headers()); }
  /// The name of the session's own server.
  std::string server() const { return "mcp-" + session.substr(0, 16) + ".0"; }

  static inline const std::string accept =
      "Accept: application/json, text/event-stream\r\n";
  http_client http;
  std::string session;
};

} // namespace mcp_over_http

BOOST_AUTO_TEST_SUITE(mcp_over_http)

BOOST_AUTO_TEST_CASE(two_clients_share_a_server) {
  node_process node{front()};
  auto port = port_of(node);
  mcp_client first{port};
  mcp_client second{port};
  BOOST_TEST(first.session != second.session);
  for (int i = 0; i < 10; ++i)
    for (auto client : {&first, &second}) {
      auto r = client->add(i, i);
      BOOST_TEST(r["id"] == std::to_string(i), r.body);
      BOOST_TEST(r["result.content"].find(std::to_string(1000 + i)) != std::string::npos);
    }
  auto tools = first.post(mcp_client::request(50, "tools/list", "{}"));
  BOOST_TEST(tools["result.tools"].find("\"count\"") != std::string::npos);
  auto wrong = first.post(mcp_client::request(51, "no/such", "{}"));
  BOOST_TEST(wrong["error.code"] == "-32601", wrong.body);
  auto nameless = first.post(R"({"jsonrpc":"2.0","id":52,"method":{}})");
  BOOST_TEST(nameless.status == 400);
  BOOST_TEST(nameless["error.code"] == "-32600", nameless.body);
}

BOOST_AUTO_TEST_CASE(progress_is_a_stream_that_ends_with_the_result) {
  node_process node{front()};
  mcp_client client{port_of(node)};
  client.http.send_request("POST", "/mcp",
                           mcp_client::request(7, "tools/call",
                                               R"({"name":"count","arguments":{"to":2},)"
                                               R"("_meta":{"progressToken":"mine"}})"),
                           client.headers());
  auto& s = client.http.stream();
  s.take_until("text/event-stream");
  for (auto part : {"\"progress\":1", "\"progressToken\":\"mine\"", "\"progress\":2",
                    "\"id\":7,\"result\":"})
    s.take_until(part);
}

BOOST_AUTO_TEST_CASE(a_session_is_known_after_a_restart_and_unknown_after_its_end) {
  std::string session;
  {
    node_process node{front()};
    session = mcp_client{port_of(node)}.session;
  }
  node_process node{front()};
  mcp_client client{port_of(node)};
  client.session = session;
  BOOST_TEST(client.add(1, 1).status == 200);
  BOOST_TEST(client.http.request("DELETE", "/mcp", {}, client.headers()).status == 204);
  BOOST_TEST(client.add(2, 1).status == 404);
  client.session = "no-such-session";
  BOOST_TEST(client.add(3, 1).status == 404);
  BOOST_TEST(client.http.request("POST", "/mcp", "{").status == 400);
}

BOOST_AUTO_TEST_CASE(a_request_is_cancelled_from_another_connection) {
  node_process node{front()};
  auto port = port_of(node);
  mcp_client waiting{port};
  mcp_client other{port};
  other.session = waiting.session;
  waiting.http.send_request(
      "POST", "/mcp",
      mcp_client::request(7, "tools/call", R"({"name":"wait","arguments":{"ms":60000}})"),
      waiting.headers());
  BOOST_REQUIRE(
      eventually([&] { return node.worker("mcp.0").number("in_flight") == 1; }));
  auto accepted = other.post(R"({"jsonrpc":"2.0","method":"notifications/cancelled",)"
                             R"("params":{"requestId":7}})");
  BOOST_TEST(accepted.status == 202);
  auto r = waiting.http.read_response();
  BOOST_TEST(r["error.data.code"] == "cancelled", r.body);
}

BOOST_AUTO_TEST_CASE(who_listens_hears_what_the_servers_say_and_what_was_missed) {
  node_process node{front()};
  auto port = port_of(node);
  mcp_client client{port};
  auto say = [&](const std::string& level) {
    client.post(
        mcp_client::request(1, "logging/setLevel", R"({"level":")" + level + "\"}"));
  };
  std::string seen;
  {
    http_client listener{port, ""};
    listener.send_request("GET", "/mcp", {}, client.headers());
    listener.stream().take_until(":\n\n");
    say("info");
    listener.stream().take_until("id: ");
    seen = listener.stream().take_until("\n");
    listener.stream().take_until("notifications/message");
  }
  say("error");
  http_client again{port, ""};
  again.send_request("GET", "/mcp", {},
                     client.headers() + "Last-Event-ID: " + seen + "\r\n");
  again.stream().take_until(R"("level": "error")");
  BOOST_TEST(again.stream().arrived().find(R"("level": "info")") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_page_of_another_origin_may_not_connect) {
  node_process node{front()};
  http_client page{port_of(node), ""};
  auto r = page.request("POST", "/mcp", mcp_client::request(0, "initialize", "{}"),
                        mcp_client::accept + "Origin: http://evil.example\r\n");
  BOOST_TEST(r.status == 403);
}

BOOST_AUTO_TEST_CASE(a_server_that_dies_is_replaced_and_sessions_go_on) {
  node_process node{front("size = 2\n")};
  mcp_client client{port_of(node)};
  ::kill(node.worker_pid("mcp.0"), SIGKILL);
  BOOST_TEST(eventually([&] { return client.add(1, 1)["error"].empty(); }));
  node.worker_pid("mcp.0");
  BOOST_TEST(client.add(2, 2).status == 200);
}

BOOST_AUTO_TEST_CASE(a_session_has_a_server_of_its_own_until_its_end) {
  node_process node{own_servers()};
  auto port = port_of(node);
  mcp_client first{port};
  mcp_client second{port};
  BOOST_TEST(first.add(1, 1)["result.content"].find("1001") != std::string::npos);
  auto pid = node.worker_pid(first.server());
  BOOST_TEST(pid != node.worker_pid(second.server()));
  http_client third{port, ""};
  auto full = third.request("POST", "/mcp", mcp_client::request(0, "initialize", "{}"),
                            mcp_client::accept);
  BOOST_TEST(full.status == 503, full.body);
  BOOST_TEST(full.headers["retry-after"] == "1");
  BOOST_TEST(first.end().status == 204);
  BOOST_TEST(eventually([&] { return ::kill(pid, 0) != 0; }));
  BOOST_TEST(first.add(2, 1).status == 404);
  BOOST_TEST(first.end().status == 404);
  mcp_client next{port};
  BOOST_TEST(next.add(1, 1).status == 200);
  BOOST_TEST(second.add(1, 1).status == 200);
}

BOOST_AUTO_TEST_CASE(a_session_whose_server_dies_is_not_found) {
  node_process node{own_servers()};
  mcp_client client{port_of(node)};
  client.http.send_request(
      "POST", "/mcp",
      mcp_client::request(7, "tools/call", R"({"name":"wait","arguments":{"ms":60000}})"),
      client.headers());
  BOOST_REQUIRE(
      eventually([&] { return node.worker(client.server()).number("in_flight") == 1; }));
  ::kill(node.worker_pid(client.server()), SIGKILL);
  auto r = client.http.read_response();
  BOOST_TEST(r["error.data.code"] == "worker_died", r.body);
  BOOST_TEST(eventually([&] { return client.add(1, 1).status == 404; }));
  BOOST_TEST(mcp_client{port_of(node)}.add(1, 1).status == 200);
}

BOOST_AUTO_TEST_CASE(sessions_are_counted_with_their_pool) {
  node_process node{own_servers()};
  auto port = port_of(node);
  mcp_client first{port};
  mcp_client second{port};
  first.add(1, 1);
  second.add(1, 1);
  scrape during{node};
  BOOST_TEST(during["troupe_call_slots{pool=mcp}"] == 32);
  BOOST_TEST(during["troupe_workers_wanted{pool=mcp}"] == 2);
  BOOST_TEST(during["troupe_workers{pool=mcp,state=ready}"] == 2);
  BOOST_TEST(mistake_in_sums(during, "mcp") == "");
  first.end();
  second.end();
  // What they did stays; the node has no more series than before them.
  scrape after;
  BOOST_TEST(eventually([&] {
    after = scrape{node};
    return after.sum("troupe_worker_exits_total{pool=mcp,") == 2;
  }));
  BOOST_TEST(after["troupe_calls_total{code=ok,pool=mcp}"]
             >= during["troupe_calls_total{code=ok,pool=mcp}"]);
  BOOST_TEST(after["troupe_workers_wanted{pool=mcp}"] == 0);
  BOOST_TEST(mistake_in_sums(after, "mcp") == "");
  for (auto& all : {during, after})
    for (auto& [sample, value] : all.samples())
      BOOST_TEST((sample.find("pool=mcp") == sample.npos
                  || sample.find("pool=mcp,") != sample.npos
                  || sample.find("pool=mcp}") != sample.npos),
                 sample);
}

BOOST_AUTO_TEST_CASE(a_server_whose_client_never_comes_back_is_reaped) {
  node_process node{own_servers("session_idle = \"1500ms\"\n")};
  auto port = port_of(node);
  mcp_client silent{port};
  auto pid = node.worker_pid(silent.server());
  mcp_client listening{port};
  http_client listener{port, ""};
  listener.send_request("GET", "/mcp", {}, listening.headers());
  listener.stream().take_until(":\n\n");
  BOOST_TEST(eventually([&] { return ::kill(pid, 0) != 0; }));
  BOOST_TEST(silent.add(1, 1).status == 404);
  BOOST_TEST(listening.add(1, 1).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

namespace mcp_in_a_cluster {

using mcp_over_http::mcp_client;

/// The servers are at beta, a front at each node.
struct two_nodes : test_cluster {
  explicit two_nodes(const std::string& keys = "")
    : test_cluster({.pools =
                        [keys](const std::string& node) {
                          return (node == "beta" ? mcp_over_http::servers("size = 2\n")
                                                 : "")
                                 + mcp_over_http::endpoint(keys);
                        },
                    .names = {"alpha", "beta"}}) {}

  int port(const std::string& node) const {
    return mcp_over_http::port_of((*this)[node]);
  }
};

} // namespace mcp_in_a_cluster

BOOST_AUTO_TEST_SUITE(mcp_in_a_cluster)

BOOST_AUTO_TEST_CASE(a_session_that_shares_servers_is_used_at_two_nodes) {
  two_nodes cluster;
  mcp_client client{cluster.port("alpha")};
  mcp_client other{cluster.port("beta")};
  other.session = client.session;
  BOOST_TEST(client.add(1, 1)["result.content"].find("1001") != std::string::npos);
  BOOST_TEST(other.add(2, 2)["result.content"].find("1002") != std::string::npos);
  client.http.send_request(
      "POST", "/mcp",
      mcp_client::request(7, "tools/call", R"({"name":"wait","arguments":{"ms":60000}})"),
      client.headers());
  auto& beta = cluster["beta"];
  BOOST_REQUIRE(eventually([&] {
    return beta.worker("mcp.0").number("in_flight")
               + beta.worker("mcp.1").number("in_flight")
           == 1;
  }));
  auto accepted = other.post(R"({"jsonrpc":"2.0","method":"notifications/cancelled",)"
                             R"("params":{"requestId":7}})");
  BOOST_TEST(accepted.status == 202);
  auto r = client.http.read_response();
  BOOST_TEST(r["error.data.code"] == "cancelled", r.body);
}

BOOST_AUTO_TEST_CASE(a_session_with_its_own_server_is_used_at_two_nodes) {
  two_nodes cluster{"sessions = \"own\"\n"};
  mcp_client client{cluster.port("alpha")};
  BOOST_TEST(client.session.ends_with(".beta"));
  BOOST_TEST(client.add(1, 1).status == 200);
  auto pid = cluster["beta"].worker_pid(client.server());
  mcp_client other{cluster.port("beta")};
  BOOST_TEST(other.session != client.session);
  other.session = client.session;
  BOOST_TEST(other.add(2, 2)["result.content"].find("1002") != std::string::npos);
  BOOST_TEST(client.end().status == 204);
  BOOST_TEST(eventually([&] { return ::kill(pid, 0) != 0; }));
  BOOST_TEST(client.add(3, 1).status == 404);
  BOOST_TEST(other.add(3, 1).status == 404);
}

BOOST_AUTO_TEST_SUITE_END()
