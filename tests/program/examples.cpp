// Proves that what the pages of examples/ show works: the configuration as it is, each
// worker in its language, the page and the server of MCP, and the Python client.
#include "tests/program/harness/web_client.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace examples {

/// A folder like that of the project, as far as the examples see it.
struct project_copy {
  project_copy() {
    namespace fs = std::filesystem;
    fs::create_directories(folder / "examples");
    fs::create_directories(folder / "build/examples");
    fs::create_symlink(EXAMPLES_FOLDER "/workers", folder / "examples/workers");
    fs::create_symlink(EXAMPLES_FOLDER "/lib", folder / "examples/lib");
    fs::create_symlink(EXAMPLES_FOLDER "/web", folder / "examples/web");
    fs::create_symlink(TEXT_CPP_BINARY, folder / "build/examples/text-cpp");
  }
  temporary_folder folder;
};

/// Returns a configuration with any free port in the place of each `port`, which may be
/// in use on this machine.
std::string with_free_ports(std::string text, std::initializer_list<const char*> ports) {
  for (auto port : ports) {
    auto listen = "listen = \"127.0.0.1:" + std::string{port} + "\"";
    auto at = text.find(listen);
    BOOST_REQUIRE(at != std::string::npos);
    text.replace(at, listen.size(), "listen = \"127.0.0.1:0\"");
  }
  return text;
}

/// examples/quickstart.toml, with other ports and another state folder.
std::string quickstart(const std::string& state_dir) {
  auto text = with_free_ports(read_file(EXAMPLES_FOLDER "/quickstart.toml"),
                              {"7717", "7780", "7781"});
  BOOST_REQUIRE(text.find("[node]") == std::string::npos);
  return "[node]\nname = \"alpha\"\nstate_dir = \"" + state_dir + "\"\n" + text;
}

struct quickstart_node : project_copy {
  quickstart_node()
    : node(quickstart(folder / ".troupe"), {.state_dir = folder / ".troupe",
                                            .whole_file = true,
                                            .config_folder = folder / "examples"}) {}
  node_process node;
  socket_client client = node.connect();
};

constexpr auto whole_service = {"text", "text-loop", "text-node", "text-cpp"};
constexpr auto every_text = {"text", "text-loop", "text-node", "text-sh", "text-cpp"};

} // namespace examples

BOOST_AUTO_TEST_SUITE(examples)

BOOST_AUTO_TEST_CASE(workers_of_other_masters_run_as_they_are) {
  temporary_folder folder;
  std::filesystem::create_symlink(EXAMPLES_FOLDER "/workers", folder / "workers");
  node_process node{read_file(EXAMPLES_FOLDER "/foreign.toml"),
                    {.config_folder = folder.path()}};
  auto client = node.connect();
  for (auto payload : {"\"to whom it may concern\"", R"({"a":[1,null]})", "\"\""})
    BOOST_TEST(client.call("echo-goridge", "x", payload)["payload"]
               == reply{"{\"v\":" + std::string{payload} + "}"}["v"]);
  auto raw = R"({"context":{"status":200},"body":"<p>"})";
  BOOST_TEST(client.call("echo-goridge", "raw", raw)["payload"] == raw);
  BOOST_TEST(client.call("echo-goridge", "x", "\"fail\"")["error.message"]
             == "asked to fail");
  auto died = client.call("echo-goridge", "x", "\"die\"");
  BOOST_TEST(died["error.code"] == "worker_died", died);
  BOOST_TEST(died.number("error.exit_code") == 3);
  BOOST_TEST(
      client.call("text-goridge", "x", R"({"do":"upper","text":"abc"})")["payload.text"]
      == "ABC");
  BOOST_TEST(
      client.call("text-goridge", "x", R"({"do":"fail","message":"no"})")["error.message"]
      == "no");
  BOOST_TEST(client.call("text-folk", "upper", R"({"text":"abc"})")["payload.text"]
             == "ABC");
  auto who = client.call("text-folk", "who");
  BOOST_TEST(who["payload.language"] == "php");
  BOOST_TEST(who["payload.pid"] == std::to_string(node.worker_pid(who["worker"])));
  auto failed = client.call("text-folk", "fail", R"({"message":"no luck"})");
  BOOST_TEST(failed["error.worker_code"] == "asked", failed);
  BOOST_TEST(failed["error.message"] == "no luck");
}

BOOST_AUTO_TEST_CASE(the_libraries_give_the_same_service) {
  temporary_folder folder;
  for (auto language : {"python", "node", "php"})
    std::filesystem::create_symlink(EXAMPLES_FOLDER "/lib/" + std::string{language},
                                    folder / language);
  node_process node{read_file(EXAMPLES_FOLDER "/lib/libraries.toml"),
                    {.config_folder = folder.path()}};
  auto client = node.connect();
  using row = std::pair<const char*, const char*>;
  for (auto [pool, language] :
       {row{"python", "python"}, row{"javascript", "node"}, row{"php", "php"}}) {
    auto r = client.call(pool, "upper", R"({"text":"hello"})");
    BOOST_TEST(r["payload.text"] == "HELLO", r);
    r = client.call(pool, "reverse", R"({"text":"stressed"})");
    BOOST_TEST(r["payload.text"] == "desserts", r);
    BOOST_TEST(client.call(pool, "sleep", R"({"ms":5})")["payload.slept_ms"] == "5");
    r = client.call(pool, "fail", R"({"message":"no luck"})");
    BOOST_TEST(r["error.worker_code"] == "asked", r);
    BOOST_TEST(r["error.message"] == "no luck");
    r = client.call(pool, "who");
    BOOST_TEST(r["payload.language"] == language, r);
    BOOST_TEST(r["payload.pid"] == std::to_string(node.worker_pid(r["worker"])));
  }
}

BOOST_AUTO_TEST_CASE(web_applications_have_their_own_ports) {
  temporary_folder folder;
  for (auto name : {"/lib", "/web", "/workers"})
    std::filesystem::create_symlink(EXAMPLES_FOLDER + std::string{name}, folder / name);
  node_process node{
      with_free_ports(read_file(EXAMPLES_FOLDER "/web.toml"), {"7782", "7783", "7784"}),
      {.config_folder = folder.path()}};
  auto port = [&](const char* name) { return web_port(node, name); };
  BOOST_TEST(web_client{port("site")}.get("/upper?text=hello")["text"] == "HELLO");
  BOOST_TEST(web_client{port("app")}.get("/a").body
             == "GET http://localhost/a from 127.0.0.1\n");
  auto r = web_client{port("php")}.request("POST", "/a", "name=Ada",
                                           "Content-Type: application/"
                                           "x-www-form-urlencoded\r\n");
  BOOST_TEST(r.body == "POST http://localhost/a\n{\"name\":\"Ada\"}");
  BOOST_TEST(r.header("content-type") == "text/plain; charset=utf-8");
}

BOOST_AUTO_TEST_CASE(a_session_worker_asks_and_ends_with_what_it_was_told) {
  temporary_folder folder;
  std::filesystem::create_symlink(EXAMPLES_FOLDER "/workers", folder / "workers");
  node_process node{read_file(EXAMPLES_FOLDER "/foreign.toml"),
                    {.config_folder = folder.path()}};
  auto client = node.connect();
  for (int i = 0; i < 2; ++i) { // the worker takes one conversation after another
    auto r = client.call("questions", "run", R"({"ctx":{"occasion":"now"}})");
    BOOST_TEST(r["payload.queries"].find("What is your name?") != std::string::npos, r);
    BOOST_TEST(client.call("questions", "run", "{}")["error.code"] == "worker_error");
    r = client.call("questions", "continue", R"({"response":"x","query_id":"none"})");
    BOOST_TEST(r["error.message"] == "there is no open question 'none'", r);
    r = client.call(
        "questions", "continue",
        R"({"responses":[{"response":"Lua","query_id":"q1"},{"response":"Ada"}]})");
    BOOST_TEST(r["payload.queries"].find("And why Lua, Ada?") != std::string::npos, r);
    BOOST_TEST(client.call("questions", "status")["payload.has_session"] == "true");
    r = client.call("questions", "continue", R"({"response":"it is small"})");
    BOOST_TEST(r["payload.state.Completed.result"]
                   == "Ada likes Lua because it is small (now)",
               r);
    BOOST_TEST(client.call("questions", "status")["payload.has_session"] == "false");
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(examples, quickstart_node)

BOOST_AUTO_TEST_CASE(every_language_makes_capitals) {
  for (auto pool : every_text) {
    auto r = client.call(pool, "upper", R"({"text":"hello, world"})");
    BOOST_TEST(r["payload.text"] == "HELLO, WORLD", pool << ": " << r);
  }
}

BOOST_AUTO_TEST_CASE(a_worker_has_another_do_what_it_was_asked) {
  auto r = client.call("forward", "please",
                       R"({"to":"text","kind":"upper","payload":{"text":"hello"}})");
  BOOST_TEST(r["payload.text"] == "HELLO", r);
}

BOOST_AUTO_TEST_CASE(every_language_says_who_it_is) {
  for (auto [pool, language] : {std::pair{"text", "python"},
                                {"text-loop", "python"},
                                {"text-node", "node"},
                                {"text-sh", "sh"},
                                {"text-cpp", "c++"}}) {
    auto r = client.call(pool, "who");
    BOOST_TEST(r["error"] == "null", r);
    BOOST_TEST(r["payload.language"] == language);
    auto pid = node.worker_pid(r["worker"]);
    BOOST_TEST(r["payload.pid"] == std::to_string(pid));
  }
}

BOOST_AUTO_TEST_CASE(every_language_fails_when_it_is_asked_to) {
  for (auto pool : every_text) {
    auto r = client.call(pool, "fail", R"({"message":"no luck"})");
    BOOST_TEST(r["error.code"] == "worker_error", pool << ": " << r);
    BOOST_TEST(r["error.worker_code"] == "asked");
    BOOST_TEST(!r["error.message"].empty());
  }
  // The one in C++ parses no JSON and says what it always says.
  for (auto pool : {"text", "text-loop", "text-node", "text-sh"})
    BOOST_TEST(client.call(pool, "fail", R"({"message":"no luck"})")["error.message"]
               == "no luck");
}

BOOST_AUTO_TEST_CASE(the_whole_service_reverses_and_sleeps) {
  for (auto pool : whole_service) {
    auto r = client.call(pool, "reverse", R"({"text":"stressed"})");
    BOOST_TEST(r["payload.text"] == "desserts", pool << ": " << r);
    auto start = clock::now();
    r = client.call(pool, "sleep", R"({"ms":50})");
    BOOST_TEST(r["payload.slept_ms"] == "50", pool << ": " << r);
    BOOST_TEST(elapsed_ms(start) >= 50);
  }
}

BOOST_AUTO_TEST_CASE(a_bad_payload_is_an_error_and_not_the_end_of_the_worker) {
  for (auto pool : every_text) {
    for (auto payload : {"null", "5", "{\"text\":5}", "[]"}) {
      auto r = client.call(pool, "upper", payload);
      // The one in C++ parses no JSON, so it may take one text for another.
      auto refused = r["error.code"] == "worker_error";
      BOOST_TEST((refused || (pool == std::string{"text-cpp"} && r["error"] == "null")),
                 pool << " with " << payload << ": " << r);
    }
    BOOST_TEST(client.call(pool, "no-such-kind")["error.code"] == "worker_error", pool);
    BOOST_TEST(client.call(pool, "upper", R"({"text":"x"})")["payload.text"] == "X",
               pool);
  }
}

BOOST_AUTO_TEST_CASE(the_smallest_worker_echoes) {
  auto r = client.call("echo", "say", R"({"a":[1,2]})");
  BOOST_TEST(r["payload.a"] == "[1,2]", r);
}

BOOST_AUTO_TEST_CASE(the_calls_over_http_work_as_shown) {
  auto http = node.http();
  auto r = http.post("/api/call/text-node/reverse", R"({"text":"stressed"})");
  BOOST_TEST(r["payload.text"] == "desserts", r.body);
  r = http.post("/api/call/text-sh/fail", R"({"message":"no luck"})");
  BOOST_TEST(r.status == 422);
  BOOST_TEST(r["worker_code"] == "asked");
}

BOOST_AUTO_TEST_CASE(the_page_is_made_by_workers_and_its_style_by_the_node) {
  web_client site{web_port(node, "site")};
  auto r = site.get("/?name=%3Cb%3E");
  BOOST_TEST(r.status == 200);
  BOOST_TEST(r.body.find("<h1>Hello, &lt;b&gt;!</h1>") != std::string::npos, r.body);
  r = site.get("/style.css");
  BOOST_TEST((r.body == read_file(EXAMPLES_FOLDER "/web/public/style.css")));
  BOOST_TEST(r.header("content-type") == "text/css; charset=utf-8");
  BOOST_TEST(site.get("/upper?text=hello")["text"] == "HELLO");
  r = site.get("/count");
  BOOST_TEST(r.body == "1\n2\n3\n4\n5\n");
  BOOST_TEST(r.chunks == 5);
  auto [form, type] = multipart({{"file", "12345", "five.txt", "text/plain"}});
  r = site.request("POST", "/size", form, type);
  BOOST_TEST(r["name"] == "five.txt", r.body);
  BOOST_TEST(r["bytes"] == "5");
  BOOST_TEST(site.request("POST", "/size").status == 400);
  BOOST_TEST(site.get("/nowhere").status == 404);
}

BOOST_AUTO_TEST_CASE(the_server_of_mcp_has_its_tools) {
  auto r =
      client.call("mcp", "tools/call", R"({"name":"add","arguments":{"a":2,"b":3}})");
  BOOST_TEST(r["payload.content.0.text"] == "5", r);
  web_client http{web_port(node, "mcp")};
  auto a = http.request("POST", "/mcp",
                        R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{}})");
  BOOST_TEST(a["result.serverInfo.name"] == "example", a.body);
  a = http.request("POST", "/mcp",
                   R"({"jsonrpc":"2.0","id":2,"method":"tools/call",)"
                   R"("params":{"name":"add","arguments":{"a":2,"b":3}}})",
                   "Mcp-Session-Id: " + a.header("mcp-session-id") + "\r\n");
  BOOST_TEST(a["result.content.0.text"] == "5", a.body);
}

BOOST_AUTO_TEST_CASE(the_interview_ends_with_what_it_was_told) {
  auto r =
      node.operation("session.run", R"({"pool":"interview","ctx":{"topic":"coffee"}})");
  auto id = r["session_id"];
  BOOST_TEST(r["feed_result.Paused.queries.0.prompt"] == "Do you like coffee?", r);
  auto say = [&](const std::string& members) {
    return node.operation("session.continue",
                          R"({"session_id":")" + id + R"(",)" + members + "}");
  };
  r = say(R"("response":"yes")");
  BOOST_TEST(r["feed_result.Paused.queries.1.prompt"] == "How many cups?", r);
  r = say(R"("responses":[{"query_id":"cups","response":"3"},)"
          R"({"query_id":"how","response":"black"}])");
  BOOST_TEST(
      r["feed_result.Finished.state.Completed.result"] == "3 cups of coffee, black", r);
}

BOOST_AUTO_TEST_CASE(the_python_client_finds_the_node_and_calls_it) {
  auto python = [&](const std::string& to, const std::string& kind,
                    const std::string& payload) {
    return run({"python3", EXAMPLES_FOLDER "/client.py", to, kind, payload},
               folder.path());
  };
  auto [status, output] = python("text", "reverse", R"({"text":"stressed"})");
  BOOST_TEST(status == 0);
  BOOST_TEST(output == "{\"text\": \"desserts\"}\n");
  std::tie(status, output) = python("text", "fail", R"({"message":"no luck"})");
  BOOST_TEST(status == 1);
  BOOST_TEST(output == "worker_error: no luck\n");
}

BOOST_AUTO_TEST_SUITE_END()
