// Proves that a node answers clients of agent-relay's broker as that does: its routes,
// fields, error words, and programs of any name.
#include "tests/program/harness/terminals.hpp"
#include "tests/program/harness/websocket.hpp"

using namespace program;

BOOST_AUTO_TEST_SUITE(agent_relay)

BOOST_AUTO_TEST_CASE(a_program_may_have_any_name) {
  node_process node{puppets("echo")};
  auto http = node.http();
  for (auto [name, path] : {std::pair{"v1.2", "v1.2"}, std::pair{"a b", "a%20b"},
                            std::pair{"team/bob", "team%2Fbob"}}) {
    auto made = spawn(http, name, "stty raw -echo; echo begin; exec cat");
    BOOST_TEST(made.status == 200, name);
    BOOST_TEST(made["name"] == name);
    auto shown = [&] { return screen(http, path).find("begin") != std::string::npos; };
    BOOST_TEST(eventually(shown), name);
    BOOST_TEST(spawn(http, name, "read x").status == 409, name);
    auto typed = http.post("/api/input/" + std::string{path}, R"({"data":"x"})");
    BOOST_TEST(typed["name"] == name);
    websocket input{node, "/api/input/" + std::string{path} + "/stream"};
    BOOST_TEST(input.next()["name"] == name);
    auto [status, text] = run({TROUPE_BINARY, "dump", name, "--node", node.socket()});
    BOOST_TEST(status == 0, name);
    BOOST_TEST(text.starts_with("begin"), name);
    auto gone = http.request("DELETE", "/api/spawned/" + std::string{path});
    BOOST_TEST(gone["name"] == name);
    BOOST_TEST(http.get("/api/spawned/" + std::string{path} + "/pending").status == 404);
  }
  BOOST_TEST(terminals(http) == 0u);
  for (auto bad : {"", "a\\nb", "a\\u009bb"})
    BOOST_TEST(spawn(http, bad, "read x").status == 400, bad);
}

BOOST_AUTO_TEST_CASE(a_name_that_a_worker_has_is_refused) {
  node_process node{shell_pool};
  auto http = node.http();
  BOOST_TEST(spawn(http, "shell.7", "read x").status == 409);
  BOOST_TEST(spawn(http, "shell", "read x").status == 409);
}

BOOST_AUTO_TEST_CASE(errors_have_the_words_that_its_clients_know) {
  node_process node{puppets("echo")};
  auto http = node.http();
  spawn(http, "a", "read x");
  auto expect = [](const http_response& r, int status, const std::string& word) {
    BOOST_TEST(r.status == status, word);
    BOOST_TEST(r["code"] == word);
    BOOST_TEST(!r["message"].empty(), word);
  };
  expect(http.get("/api/spawned/none/snapshot"), 404, "agent_not_found");
  expect(http.post("/api/input/none", R"({"data":"x"})"), 404, "agent_not_found");
  expect(http.get("/api/metrics?agent=none"), 404, "agent_not_found");
  expect(http.get("/api/spawned/a/snapshot?format=gif"), 400, "invalid_format");
  expect(http.request("PUT", "/api/spawned/a/delivery-mode", R"({"mode":"x"})"), 400,
         "invalid_mode");
  expect(http.request("PUT", "/api/spawned/a/mode",
                      R"({"mode":"auto_inject","expected_revision":"x"})"),
         400, "invalid_revision");
  expect(http.post("/api/resize/a", R"({"rows":0,"cols":9})"), 400, "invalid_request");
  for (auto& r : {spawn(http, "a", "read x"), http.post("/api/spawn", "{}"),
                  http.post("/api/send", R"({"to":"none","message":"x"})"),
                  http.post("/api/send", R"({"to":"a"})"),
                  http.request("DELETE", "/api/spawned/echo")}) {
    BOOST_TEST(r.status >= 400);
    BOOST_TEST(r["success"] == "false");
    BOOST_TEST(!r["error"].empty());
    BOOST_TEST(r["error"] == r["message"]);
  }
}

BOOST_AUTO_TEST_CASE(what_the_system_would_cut_short_is_refused) {
  node_process node{puppets("echo")};
  auto http = node.http();
  for (std::string members :
       {R"("cli":"cat\u0000x")", R"("cli":"cat","args":["9\u0000h"])",
        R"("cli":"cat","cwd":"/tmp\u0000/none")", R"("cli":"cat","env":{"A\u0000":"b"})",
        R"("cli":"cat","env":{"A":"b\u0000"})"}) {
    auto r = http.post("/api/spawn", R"({"name":"bob",)" + members + "}");
    BOOST_TEST(r.status == 400, members);
    BOOST_TEST(r["message"].find("must not hold a NUL") != std::string::npos, r.body);
  }
}

BOOST_AUTO_TEST_CASE(a_second_release_does_no_harm) {
  node_process node{puppets("echo")};
  auto http = node.http();
  spawn(http, "a", "read x");
  for (int i = 0; i < 2; ++i) {
    auto gone = http.request("DELETE", "/api/spawned/a", R"({"reason":"done"})");
    BOOST_TEST(gone.status == 200);
    BOOST_TEST(gone["success"] == "true");
    BOOST_TEST(gone["name"] == "a");
  }
}

BOOST_AUTO_TEST_CASE(the_broker_tells_what_it_is_and_how_its_agents_are) {
  node_process node{puppets("echo")};
  auto http = node.http();
  spawn(http, "a", "echo begin; read x; exit 3", R"(,"model":"opus","team":"t")");
  BOOST_REQUIRE(shows(http, "a", "begin"));
  auto metrics = http.get("/api/metrics?agent=a");
  BOOST_TEST(metrics["agents.0.name"] == "a");
  BOOST_TEST(metrics.body.number("agents.0.memory_bytes") > 0);
  BOOST_TEST(metrics["broker.active_agents"] == "1");
  BOOST_TEST(metrics["broker.total_agents_spawned"] == "1");
  http.request("PUT", "/api/spawned/a/mode", R"({"mode":"manual_flush"})");
  auto sent = http.post("/api/send", R"({"to":"a","text":"later","from":"bob"})");
  BOOST_TEST(sent["targets.0"] == "a");
  auto status = http.get("/api/status");
  BOOST_TEST(status["agent_count"] == "1");
  BOOST_TEST(status["agents.0.model"] == "opus");
  BOOST_TEST(status["agents.0.team"] == "t");
  BOOST_TEST(status["agents.0.current_state"] == "working");
  BOOST_TEST(status["pending_delivery_count"] == "1");
  BOOST_TEST(status["pending_deliveries.0.event_id"] == sent["event_id"]);
  BOOST_TEST(status["pending_deliveries.0.from"] == "bob");
  BOOST_TEST(http.get("/api/config")["workspaceKey"] == "null");
  BOOST_TEST(http.post("/api/session/renew")["renewed"] == "true");
  auto flight = http.post("/api/preflight", R"({"agents":[{"name":"x","cli":"sh"}]})");
  BOOST_TEST(flight["queued"] == "1");
  BOOST_TEST(http.post("/api/preflight", R"({"agents":[{}]})").status == 400);
  BOOST_TEST(http.get("/api/crash-insights")["health_score"] == "100");
  http.post("/api/input/a", R"({"data":"\r"})");
  BOOST_TEST(eventually(
      [&] { return http.get("/api/crash-insights")["recent.0.agent_name"] == "a"; }));
  auto crashes = http.get("/api/crash-insights");
  BOOST_TEST(crashes["total_crashes"] == "1");
  BOOST_TEST(crashes["recent.0.exit_code"] == "3");
  BOOST_TEST(crashes["recent.0.category"] == "error");
  BOOST_TEST(crashes["patterns.0.agents.0"] == "a");
  BOOST_TEST(crashes["health_score"] == "90");
}

BOOST_AUTO_TEST_CASE(a_message_to_a_channel_goes_to_all_that_subscribed) {
  node_process node{puppets("echo")};
  auto http = node.http();
  auto script = "stty raw -echo; echo begin; exec cat";
  spawn(http, "a", script, R"(,"channels":["general"])");
  spawn(http, "b", script);
  spawn(http, "c", script);
  BOOST_TEST(http.post("/api/spawned/b/subscribe", R"({"channels":["General"]})").status
             == 200);
  auto sent =
      http.post("/api/send", R"({"to":"#general","message":"to all","from":"c"})");
  BOOST_TEST(sent.status == 200);
  BOOST_TEST(sent.body.count("targets") == 2u);
  BOOST_TEST(shows(http, "a", "Message from c: to all"));
  BOOST_TEST(shows(http, "b", "Message from c: to all"));
  BOOST_TEST(http.post("/api/spawned/b/unsubscribe", R"({"channels":["general"]})")
                 .body.count("channels")
             == 0u);
  BOOST_TEST(
      http.post("/api/send", R"({"to":"#general","message":"x"})").body.count("targets")
      == 1u);
  BOOST_TEST(screen(http, "c").find("to all") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_model_is_set_by_typing) {
  node_process node{puppets("echo")};
  auto http = node.http();
  spawn(http, "a", "stty raw -echo; echo begin; exec cat");
  BOOST_REQUIRE(shows(http, "a", "begin"));
  auto set = http.post("/api/spawned/a/model", R"({"model":"opus"})");
  BOOST_TEST(set["success"] == "true");
  BOOST_TEST(set["model"] == "opus");
  BOOST_TEST(shows(http, "a", "/model opus"));
  BOOST_TEST(http.get("/api/spawned/a")["model"] == "opus");
}

BOOST_AUTO_TEST_CASE(events_are_replayed_and_output_begins_now) {
  node_process node{puppets("echo")};
  auto http = node.http();
  spawn(http, "a", "stty raw -echo; echo begin; exec cat", R"(,"idleThresholdSecs":1)");
  BOOST_REQUIRE(shows(http, "a", "begin"));
  auto all = http.get("/api/events/replay?sinceSeq=0");
  BOOST_TEST(all.status == 200);
  BOOST_TEST(all["gap"] == "false");
  BOOST_TEST(all.body.count("events") > 0u);
  BOOST_TEST(all.body.text.find("worker_stream") == std::string::npos);
  BOOST_TEST(http.get("/api/events/replay?sinceSeq=9007199254740991").body.count("events")
             == 0u);
  for (auto query : {"/ws", "/ws?sinceSeq=0"}) {
    websocket events{node, query};
    BOOST_TEST(events.next_of("agent_spawned")["name"] == "a"); // that is told
    http.post("/api/input/a", R"({"data":"new"})");
    BOOST_TEST(events.next_of("worker_stream")["chunk"] == "new"); // "begin" is not
  }
  websocket everything{node, "/ws?since=0"};
  BOOST_TEST(everything.next_of("worker_stream")["chunk"].starts_with("begin"));
  auto idle = everything.next_of("agent_idle");
  BOOST_TEST(idle["name"] == "a");
  BOOST_TEST(idle.number("idle_secs") >= 1);
}

BOOST_AUTO_TEST_SUITE_END()
