// Proves that programs on terminals can be typed to, sized and sent messages, and that
// whoever does so is told what became of it.
#include "tests/program/harness/terminals.hpp"
#include "tests/program/harness/websocket.hpp"

#include <algorithm>

using namespace program;

BOOST_AUTO_TEST_SUITE(terminal_input)

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
  websocket events{node, "/ws?since=0&workers=cat&kinds=worker_stream"};
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

BOOST_AUTO_TEST_CASE(a_websocket_is_held_to_its_protocol) {
  node_process node{puppets("echo")};
  auto http = node.http();
  BOOST_TEST(http.get("/ws").status == 426);
  websocket pinged{node, "/ws?sinceSeq=999999999&kinds=breaker_opened"};
  pinged.send("are you there", 9);
  BOOST_TEST(pinged.next().text == "are you there");
  BOOST_TEST(pinged.last_opcode == 10);
  websocket unmasked{node, "/ws?kinds=breaker_opened"};
  unmasked.stream().send(std::string{"\x81\x02hi", 4});
  auto closing = unmasked.next();
  BOOST_TEST(unmasked.last_opcode == 8);
  BOOST_TEST(closing.text == (std::string{"\x03\xEA"}));
  BOOST_TEST(unmasked.stream().is_closed_within());
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

BOOST_AUTO_TEST_CASE(any_bytes_can_be_typed) {
  node_process node{puppets("echo")};
  auto http = node.http();
  spawn(http, "od", "stty raw -echo; echo begin; exec od -An -tx1 -N 4");
  BOOST_REQUIRE(shows(http, "od", "begin"));
  auto typed = http.post("/api/input/od", R"({"data_base64":"AAP/gA=="})");
  BOOST_TEST(typed.status == 200);
  BOOST_TEST(typed["bytes_written"] == "4");
  for (auto bad : {R"({"data_base64":"AAP/gA="})", R"({"data_base64":"?"})",
                   R"({"data_base64":7})"}) {
    auto refused = http.post("/api/input/od", bad);
    BOOST_TEST(refused.status != 200, bad);
  }
}

BOOST_AUTO_TEST_SUITE_END()
