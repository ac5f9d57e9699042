// Proves that programs on terminals can be started, seen, typed to, sized and ended, and
// that whatever one of them does is nobody else's matter.
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/websocket.hpp"

#include <csignal>
#include <fstream>
#include <thread>

using namespace program;

namespace {

const char* shell_pool = "[pool.shell]\ncommand = [\"bash\", \"--norc\"]\n"
                         "protocol = \"terminal\"\nenv = { PS1 = \"> \" }\n";

/// Starts a program and returns what the node says of it.
http_response spawn(http_client& http, const std::string& name, const std::string& script,
                    const std::string& more = {}) {
  return http.post("/api/spawn", "{\"name\":\"" + name
                                     + "\",\"cli\":\"sh\",\"args\":[\"-c\",\"" + script
                                     + "\"]" + more + "}");
}

std::string screen(http_client& http, const std::string& name) {
  return http.get("/api/spawned/" + name + "/snapshot")["screen"];
}

bool shows(http_client& http, const std::string& name, const std::string& text) {
  return eventually([&] { return screen(http, name).find(text) != std::string::npos; });
}

size_t terminals(http_client& http) {
  return http.get("/api/spawned").body.count("agents");
}

} // namespace

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
  BOOST_TEST(http.post("/api/spawn", R"({"name":"a b","cli":"sh"})").status == 400);
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

BOOST_AUTO_TEST_CASE(one_client_at_a_time_decides_the_size) {
  node_process node{shell_pool};
  auto http = node.http();
  node.worker_pid("shell.0");
  auto resize = [&](const std::string& body) {
    return http.post("/api/resize/shell", body);
  };
  BOOST_TEST(resize(R"({"rows":30,"cols":90,"session_id":"a"})")["applied"] == "true");
  BOOST_TEST(resize(R"({"rows":30,"cols":90,"session_id":"a"})")["reason"]
             == "unchanged");
  auto other = resize(R"({"rows":40,"cols":90,"session_id":"b"})");
  BOOST_TEST(other["applied"] == "false");
  BOOST_TEST(other["reason"] == "not_resize_owner");
  BOOST_TEST(resize(R"({"release":true,"session_id":"b"})")["released"] == "false");
  BOOST_TEST(resize(R"({"rows":40,"cols":90,"session_id":"b","take":true})")["applied"]
             == "true");
  BOOST_TEST(resize(R"({"release":true,"session_id":"b"})")["released"] == "true");
  BOOST_TEST(resize(R"({"rows":25,"cols":70,"session_id":"a"})")["applied"] == "true");
  http.post("/api/input/shell", R"({"data":"stty size\r"})");
  BOOST_TEST(shows(http, "shell", "25 70"));
  BOOST_TEST(http.get("/api/spawned/shell/snapshot")["rows"] == "25");
}

BOOST_AUTO_TEST_CASE(input_is_acknowledged_in_order_and_output_carries_its_offset) {
  node_process node{puppets("echo")};
  auto http = node.http();
  spawn(http, "cat", "stty raw -echo; echo begin; exec cat");
  BOOST_TEST(shows(http, "cat", "begin"));
  websocket input{node, "/api/input/cat/stream"};
  BOOST_TEST(input.head.starts_with("HTTP/1.1 101 "));
  BOOST_TEST(input.head.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") != std::string::npos);
  BOOST_TEST(input.next()["type"] == "pty_input_ready");
  websocket events{node, "/ws?workers=cat&kinds=worker_stream"};
  for (size_t i = 1; i <= 50; ++i)
    input.send(std::string(i, 'x'));
  for (size_t i = 1; i <= 50; ++i) {
    auto ack = input.next();
    BOOST_TEST(ack["type"] == "pty_input_ack");
    BOOST_TEST(ack["bytes_written"] == std::to_string(i));
  }
  std::string all;
  while (std::count(all.begin(), all.end(), 'x') < 50 * 51 / 2) {
    auto e = events.next_of("worker_stream");
    BOOST_TEST(e["name"] == "cat");
    all += e["chunk"];
    BOOST_TEST(e["offset"] == std::to_string(all.size()));
  }
  input.send(R"({"type":"pty_input","data":"json"})");
  BOOST_TEST(input.next()["bytes_written"] == "4");
  BOOST_TEST(events.next_of("worker_stream")["chunk"] == "json");
  input.send("\xFF\x01", 2);
  BOOST_TEST(input.next()["bytes_written"] == "2");
  auto odd = events.next_of("worker_stream");
  while (odd["chunk_base64"].empty())
    odd = events.next_of("worker_stream");
  BOOST_TEST(odd["chunk_base64"] == "/wE=");
  websocket nobody{node, "/api/input/nobody/stream"};
  BOOST_TEST(nobody.head.starts_with("HTTP/1.1 404 "));
}

BOOST_AUTO_TEST_CASE(a_program_that_does_not_read_delays_nobody) {
  node_process node{puppets("echo")};
  auto http = node.http();
  auto pid = static_cast<pid_t>(spawn(http, "frozen", "exec cat").body.number("pid"));
  ::kill(pid, SIGSTOP);
  BOOST_REQUIRE(eventually([&] { return process_status(pid, "State")[0] == 'T'; }));
  std::string lines;
  for (int i = 0; i < 50'000; ++i)
    lines += "x\\n";
  auto writer = node.http();
  writer.send_request("POST", "/api/input/frozen", "{\"data\":\"" + lines + "\"}");
  auto begin = clock::now();
  for (int i = 0; i < 20; ++i) {
    BOOST_TEST(http.get("/api/spawned/frozen/snapshot").status == 200);
    BOOST_TEST(node.connect().call("echo", "echo")["error"] == "null");
  }
  BOOST_TEST(elapsed_ms(begin)
             < (sanitized ? 10'000 : 2'000)); // 5 s each, once, elsewhere
  ::kill(pid, SIGCONT);
  BOOST_TEST(writer.read_response()["bytes_written"] == "100000");
}

BOOST_AUTO_TEST_CASE(messages_are_typed_when_the_mode_allows_and_their_states_are_told) {
  node_process node{shell_pool};
  auto http = node.http();
  node.worker_pid("shell.0");
  BOOST_TEST(shows(http, "shell", ">"));
  websocket events{node, "/ws?workers=shell&kinds=delivery_queued,delivery_injected,"
                         "delivery_verified,delivery_failed"};
  auto put = [&](const std::string& body) {
    return http.request("PUT", "/api/spawned/shell/delivery-mode", body);
  };
  auto held = put(R"({"mode":"manual_flush","expected_mode":"auto_inject"})");
  BOOST_TEST(held["matched"] == "true");
  BOOST_TEST(held["revision"] == "1");
  auto sent = http.post("/api/send", R"-({"to":"shell","message":"echo one $((1+1))"})-");
  BOOST_TEST(sent.status == 200);
  auto id = sent["event_id"];
  BOOST_TEST(events.next()["kind"] == "delivery_queued");
  auto pending = http.get("/api/spawned/shell/pending");
  BOOST_TEST(pending["pending.0.event_id"] == id);
  BOOST_TEST(pending["pending.0.body"] == "echo one $((1+1))");
  BOOST_TEST(http.post("/api/spawned/shell/flush")["flushed"] == "1");
  BOOST_TEST(events.next()["kind"] == "delivery_injected");
  auto verified = events.next();
  BOOST_TEST(verified["kind"] == "delivery_verified");
  BOOST_TEST(verified["event_id"] == id);
  BOOST_TEST(shows(http, "shell", "one 2"));
  BOOST_TEST(http.get("/api/spawned/shell/pending").body.count("pending") == 0u);
  auto stale = put(R"({"mode":"auto_inject","expected_revision":"0"})");
  BOOST_TEST(stale.status == 200);
  BOOST_TEST(stale["matched"] == "false");
  BOOST_TEST(stale["mode"] == "manual_flush");
  http.post("/api/send", R"({"to":"shell","message":"echo three","from":"bob"})");
  auto released = put(R"({"mode":"auto_inject","expected_revision":"1"})");
  BOOST_TEST(released["flushed"] == "1");
  BOOST_TEST(http.get("/api/spawned/shell/mode")["mode"] == "auto_inject");
  BOOST_TEST(shows(http, "shell", "Message from bob: echo three"));
  BOOST_TEST(http.post("/api/send", R"({"to":"nobody","message":"x"})").status == 404);
  BOOST_TEST(http.post("/api/send", R"({"to":"shell"})").status == 400);
}

BOOST_AUTO_TEST_CASE(a_full_queue_of_messages_is_told_to_the_sender) {
  node_process node{shell_pool};
  auto http = node.http();
  node.worker_pid("shell.0");
  http.request("PUT", "/api/spawned/shell/mode", R"({"mode":"manual_flush"})");
  int status = 200;
  int sent = 0;
  for (; status == 200 && sent < 1000; ++sent)
    status = http.post("/api/send", R"({"to":"shell","message":"x"})").status;
  BOOST_TEST(status == 429);
  BOOST_TEST(http.get("/api/spawned/shell/pending").body.count("pending")
             == static_cast<size_t>(sent - 1));
}

BOOST_AUTO_TEST_CASE(twenty_programs_start_side_by_side) {
  node_process node{puppets("echo")};
  auto http = node.http();
  std::vector<http_client> clients;
  for (int i = 0; i < 20; ++i)
    clients.push_back(node.http());
  auto begin = clock::now();
  for (size_t i = 0; i < clients.size(); ++i)
    clients[i].send_request("POST", "/api/spawn",
                            "{\"name\":\"t" + std::to_string(i) + "\",\"cli\":\"cat\"}");
  for (auto& c : clients)
    BOOST_TEST(c.read_response().status == 200);
  BOOST_TEST(elapsed_ms(begin) < (sanitized ? 10'000 : 2'000)); // 5.1 s elsewhere
  BOOST_TEST(terminals(http) == 20u);
}

BOOST_AUTO_TEST_CASE(a_flood_costs_bounded_memory_and_is_seen_to_its_end) {
  node_process node{puppets("echo")};
  auto http = node.http();
  auto before = resident_kib(node.pid());
  websocket slow{node, "/ws?workers=flood"}; // reads nothing until the end
  auto megabytes = sanitized ? 8 : 128;
  spawn(http, "flood",
        "read x; yes 'a line of a flood that goes on and on' | head -c "
            + std::to_string(megabytes) + "000000; echo; echo the very end; read y");
  http.post("/api/input/flood", R"({"data":"\r"})");
  auto calls = 0;
  BOOST_TEST(eventually(
      [&] {
        auto begin = clock::now();
        BOOST_TEST(node.connect().call("echo", "echo")["error"] == "null");
        BOOST_TEST(elapsed_ms(begin) < 1000);
        ++calls;
        return screen(http, "flood").find("the very end") != std::string::npos;
      },
      120s));
  BOOST_TEST(calls > 0);
  if (!sanitized)
    BOOST_TEST(peak_kib(node.pid()) - before < 64 * 1024);
  auto gap = slow.next_of("replay_gap");
  BOOST_TEST(gap.number("droppedCount") > 0);
  std::string tail;
  while (tail.find("the very end") == std::string::npos)
    tail = slow.next_of("worker_stream")["chunk"];
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

BOOST_AUTO_TEST_CASE(a_websocket_is_held_to_its_protocol) {
  node_process node{puppets("echo")};
  auto http = node.http();
  BOOST_TEST(http.get("/ws").status == 400);
  websocket pinged{node, "/ws?sinceSeq=999999999&kinds=nothing"};
  pinged.send("are you there", 9);
  BOOST_TEST(pinged.next().text == "are you there");
  BOOST_TEST(pinged.last_opcode == 10);
  websocket unmasked{node, "/ws?kinds=nothing"};
  unmasked.stream().send(std::string{"\x81\x02hi", 4});
  auto closing = unmasked.next();
  BOOST_TEST(unmasked.last_opcode == 8);
  BOOST_TEST(closing.text == (std::string{"\x03\xEA"}));
  BOOST_TEST(unmasked.stream().is_closed_within());
}

BOOST_AUTO_TEST_SUITE_END()
