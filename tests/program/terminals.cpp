// Proves that programs on terminals can be started, seen and ended, and that pools of
// them are kept alive as any other.
#include "tests/program/harness/terminals.hpp"
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/scrape.hpp"
#include "tests/program/harness/websocket.hpp"

using namespace program;

BOOST_AUTO_TEST_SUITE(terminals_)

BOOST_AUTO_TEST_CASE(a_program_is_started_seen_typed_to_and_ended) {
  node_process node{puppets("echo")};
  auto http = node.http();
  auto made = spawn(http, "alice", "read x; echo got $x; read y");
  BOOST_TEST(made.status == 200);
  BOOST_TEST(made["success"] == "true");
  BOOST_TEST(made["runtime"] == "pty");
  auto pid = static_cast<pid_t>(made.body.number("pid"));
  BOOST_TEST(is_running(pid));
  BOOST_TEST(http.get("/api/spawned")["agents.0.name"] == "alice");
  auto typed = http.post("/api/input/alice", R"({"data":"hello\r"})");
  BOOST_TEST(typed.status == 200);
  BOOST_TEST(typed["bytes_written"] == "6");
  BOOST_TEST(shows(http, "alice", "got hello"));
  auto shot = http.get("/api/spawned/alice/snapshot?format=plain");
  BOOST_TEST(shot["rows"] == "24");
  BOOST_TEST(shot["cols"] == "80");
  BOOST_TEST(shot["cursor"] == "[3,1]");
  BOOST_TEST(shot["offset"] == "18");
  BOOST_TEST(http.get("/api/spawned/alice/snapshot?format=ansi")["format"] == "ansi");
  auto gone = http.request("DELETE", "/api/spawned/alice");
  BOOST_TEST(gone["success"] == "true");
  BOOST_TEST(!is_running(pid));
  BOOST_TEST(terminals(http) == 0u);
  BOOST_TEST(http.get("/api/spawned/alice/snapshot").status == 404);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_and_says_why) {
  node_process node{puppets("echo")};
  auto http = node.http();
  BOOST_TEST(http.post("/api/spawn", R"({"cli":"sh"})").status == 400);
  BOOST_TEST(http.post("/api/spawn", R"({"name":"a\nb","cli":"sh"})").status == 400);
  BOOST_TEST(http.post("/api/spawn", R"({"name":"a","cli":"sh","boot_ms":-1})").status
             == 400);
  BOOST_TEST(http.post("/api/spawn", R"({"name":"a"})").status == 400);
  auto missing = http.post("/api/spawn", R"({"name":"a","cli":"/no/such"})");
  BOOST_TEST(missing.status == 502);
  BOOST_TEST(missing["code"] == "spawn_failed");
  BOOST_TEST(eventually([&] { return spawn(http, "a", "read x").status == 200; }));
  BOOST_TEST(spawn(http, "a", "read x").status == 409);
  BOOST_TEST(http.get("/api/spawned/echo/snapshot").status == 409);
  BOOST_TEST(http.get("/api/spawned/echo/snapshot")["code"] == "not_a_terminal");
  BOOST_TEST(http.get("/api/spawned/nobody/snapshot").status == 404);
  BOOST_TEST(http.get("/api/spawned/a/snapshot?format=gif").status == 400);
  BOOST_TEST(http.post("/api/input/a", R"({"text":"x"})").status == 400);
  BOOST_TEST(http.post("/api/resize/a", R"({"rows":0,"cols":80})").status == 400);
  BOOST_TEST(http.request("DELETE", "/api/spawned/echo").status == 409);
}

BOOST_AUTO_TEST_CASE(looking_at_a_terminal_is_no_call) {
  node_process node{shell_pool};
  auto http = node.http();
  BOOST_TEST(shows(http, "shell", ">"));
  auto calls = [&] { return node.operation("pool", R"({"name":"shell"})")["calls"]; };
  auto in_worker = [&] {
    return node.operation("worker", R"({"name":"shell.0"})")["calls"];
  };
  auto received = [&] { return scrape{node}.sum("troupe_calls_received_total"); };
  auto before = calls();
  auto before_in_worker = in_worker();
  auto received_before = received();
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(terminals(http) == 1u);
    for (auto what : {"", "/snapshot", "/pending", "/delivery-mode"})
      BOOST_TEST(http.get("/api/spawned/shell" + std::string{what}).status == 200);
    BOOST_TEST(http.get("/api/metrics").status == 200);
  }
  BOOST_TEST(calls() == before);
  BOOST_TEST(in_worker() == before_in_worker);
  BOOST_TEST(received() == received_before);
  http.post("/api/input/shell", R"({"data":"x"})");
  BOOST_TEST(calls() != before);
}

BOOST_AUTO_TEST_CASE(a_program_that_ends_by_itself_is_forgotten) {
  node_process node{puppets("echo")};
  auto http = node.http();
  websocket events{node, "/ws?kinds=agent_exited"};
  BOOST_TEST(spawn(http, "brief", "read x; exit 3").status == 200);
  http.post("/api/input/brief", R"({"data":"\r"})");
  auto e = events.next_of("agent_exited");
  BOOST_TEST(e["name"] == "brief");
  BOOST_TEST(e["code"] == "3");
  BOOST_TEST(eventually([&] { return terminals(http) == 0; }));
  BOOST_TEST(eventually([&] { return spawn(http, "brief", "read x").status == 200; }));
}

BOOST_AUTO_TEST_CASE(a_pool_of_terminals_is_restarted_like_any_other) {
  node_process node{shell_pool};
  auto http = node.http();
  auto pid = node.worker_pid("shell.0");
  websocket events{node, "/ws?kinds=worker_exited,worker_ready&sinceSeq=0"};
  BOOST_TEST(shows(http, "shell", ">"));
  http.post("/api/input/shell.0", R"({"data":"exit 7\r"})");
  BOOST_TEST(events.next_of("worker_exited")["exit_code"] == "7");
  BOOST_TEST(eventually([&] {
    auto w = node.worker("shell.0");
    return w["state"] == "ready" && w.number("pid") != pid;
  }));
  BOOST_TEST(shows(http, "shell", ">"));
}

BOOST_AUTO_TEST_CASE(nothing_is_left_when_the_node_is_killed) {
  node_process node{puppets("echo")};
  auto http = node.http();
  auto pid = static_cast<pid_t>(
      http.post("/api/spawn", R"({"name":"sh","cli":"bash","args":["--norc"]})")
          .body.number("pid"));
  http.post("/api/input/sh", R"({"data":"sleep 1000 & echo job=$!.\r"})");
  BOOST_REQUIRE(eventually([&] {
    auto text = screen(http, "sh");
    auto at = text.rfind("job=");
    return at != std::string::npos
           && std::isdigit(static_cast<unsigned char>(text[at + 4]));
  }));
  auto text = screen(http, "sh");
  auto job = static_cast<pid_t>(std::stol(text.substr(text.rfind("job=") + 4)));
  BOOST_TEST(is_running(job));
  node.kill();
  BOOST_TEST(eventually([&] { return !is_running(pid) && !is_running(job); }));
}

BOOST_AUTO_TEST_CASE(a_screen_is_shown_with_as_many_lines_before_it_as_are_asked_for) {
  node_process node{puppets("echo")};
  auto http = node.http();
  spawn(http, "long", "seq 100; read x");
  BOOST_REQUIRE(shows(http, "long", "100"));
  auto lines = [&](const std::string& query) {
    return http.get("/api/spawned/long/snapshot?" + query)["screen"];
  };
  BOOST_TEST(lines("format=plain").starts_with("78\n"));
  BOOST_TEST(lines("scrollback=0").starts_with("78\n"));
  BOOST_TEST(lines("scrollback=7").starts_with("71\n"));
  BOOST_TEST(lines("scrollback=1000").starts_with("1\n2\n"));
  BOOST_TEST(http.get("/api/spawned/long/snapshot?scrollback=-1").status == 400);
  BOOST_TEST(http.get("/api/spawned/long/snapshot?scrollback=x").status == 400);
}

BOOST_AUTO_TEST_CASE(
    those_of_an_elastic_pool_that_do_not_run_are_not_listed_nor_started) {
  node_process node{std::string{shell_pool} + "size = { min = 1, max = 5 }\n"};
  auto http = node.http();
  node.worker_pid("shell.0");
  BOOST_TEST(terminals(http) == 1u);
  BOOST_TEST(http.get("/api/spawned")["agents.0.name"] == "shell.0");
  BOOST_TEST(screen(http, "shell.3").find("error") == std::string::npos); // this one is
  BOOST_TEST(eventually([&] { return terminals(http) == 2; }));
  BOOST_TEST(http.get("/api/spawned")["agents.1.name"] == "shell.3");
}

BOOST_AUTO_TEST_CASE(a_program_that_is_old_is_replaced_when_nobody_drives_it) {
  node_process node{std::string{shell_pool}
                    + "size = 2\nrecycle = { age = \"1s\", jitter = 0 }\n"};
  auto http = node.http();
  auto driven = node.worker_pid("shell.0");
  auto claim = R"({"rows":30,"cols":90,"session_id":"me"})";
  BOOST_REQUIRE(http.post("/api/resize/shell.0", claim)["applied"] == "true");
  websocket events{node, "/ws?kinds=worker_recycling"};
  for (int times = 0; times < 2;) { // its neighbour comes and goes
    auto e = events.next();
    BOOST_TEST(e["worker"] == "shell.1");
    BOOST_TEST(e["reason"] == "age");
    ++times;
  }
  BOOST_TEST(node.worker_pid("shell.0") == driven);
  http.post("/api/resize/shell.0", R"({"release":true,"session_id":"me"})");
  BOOST_TEST(eventually([&] { return node.worker_pid("shell.0") != driven; }));
}

BOOST_AUTO_TEST_CASE(a_pool_of_terminals_is_restarted_one_after_the_other) {
  node_process node{std::string{shell_pool} + "size = 2\n"};
  auto http = node.http();
  auto pids = [&] {
    return std::pair{node.worker_pid("shell.0"), node.worker_pid("shell.1")};
  };
  auto before = pids();
  http.post("/api/input/shell.1", R"({"data":"echo before\r"})");
  BOOST_TEST(shows(http, "shell.1", "before"));
  BOOST_TEST(node.operation("restart", R"({"name":"shell"})")["restarted"] == "2");
  auto after = pids();
  BOOST_TEST((before.first != after.first && before.second != after.second));
  BOOST_TEST(eventually([&] { return screen(http, "shell.1").starts_with(">"); }));
  BOOST_TEST(eventually(
      [&] { return !is_running(before.first) && !is_running(before.second); }));
}

BOOST_AUTO_TEST_SUITE_END()
