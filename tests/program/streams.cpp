// Proves that the parts of a streamed result come in order, before the answer, and that a
// client that does not read them costs nobody else anything.
#include "tests/program/harness/processes.hpp"
#include "tests/program/willing.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

BOOST_AUTO_TEST_SUITE(streams)

BOOST_AUTO_TEST_CASE(parts_come_in_order_and_before_the_answer) {
  node_process node{willing("w")};
  auto client = node.connect();
  client.send_call("s", "w", "count", "{\"to\":1000}", "\"stream\":true");
  for (int i = 0; i < 1000; ++i) {
    auto part = client.receive();
    BOOST_TEST_REQUIRE(part["kind"] == "chunk", part);
    BOOST_TEST_REQUIRE(part["request_id"] == "s");
    BOOST_TEST_REQUIRE(part.number("payload.i") == i);
  }
  BOOST_TEST(client.receive()["kind"] == "count");
}

BOOST_AUTO_TEST_CASE(a_caller_that_did_not_ask_for_parts_gets_the_answer_alone) {
  node_process node{willing("w")};
  auto client = node.connect();
  BOOST_TEST(client.call("w", "count", "{\"to\":10}")["kind"] == "count");
}

BOOST_AUTO_TEST_CASE(over_http_they_are_server_sent_events) {
  node_process node{willing("w")};
  auto client = node.http();
  client.send_request("POST", "/api/call/w/count?stream=1", "{\"to\":2}");
  auto head = client.stream().take_until("\r\n\r\n");
  BOOST_TEST(head.find("text/event-stream") != std::string::npos);
  auto next = [&] { // each is a chunk of its own
    client.stream().take_until("data: ");
    return reply{client.stream().take_until("\n\n")};
  };
  for (int i = 0; i < 2; ++i) {
    auto part = next();
    BOOST_TEST(part["kind"] == "chunk");
    BOOST_TEST(part.number("payload.i") == i);
  }
  auto answer = next();
  BOOST_TEST(answer["kind"] == "count");
  BOOST_TEST(answer["worker"] == "w.0");
}

BOOST_AUTO_TEST_CASE(white_space_in_a_part_ends_no_line_of_the_stream) {
  node_process node{willing("w")};
  auto client = node.http();
  client.send_request("POST", "/api/call/w/spread?stream=1", "1");
  for (int i = 0; i < 2; ++i) { // a part, and the answer
    client.stream().take_until("data: ");
    auto event = client.stream().take_until("\n\n");
    BOOST_TEST(event.find('\r') == std::string::npos, event);
    BOOST_TEST(reply{event}["payload"] == "[1,2]", event);
  }
}

BOOST_AUTO_TEST_CASE(an_error_before_the_first_part_has_its_own_status) {
  node_process node{willing("w")};
  BOOST_TEST(node.http().post("/api/call/w/die?stream=1").status == 502);
}

BOOST_AUTO_TEST_CASE(a_slow_reader_holds_up_its_worker_and_nobody_else) {
  node_process node{willing("slow") + willing("other")};
  auto other = node.connect();
  other.call("other", "pid");
  auto before = resident_kib(node.pid());
  auto reader = node.connect();
  // A hundred megabytes that nobody reads.
  reader.send_call("s", "slow", "count", "{\"to\":100000,\"padding\":1000}",
                   "\"stream\":true,\"timeout_ms\":600000");
  BOOST_TEST(eventually([&] { return node.worker("slow.0").number("in_flight") == 1; }));
  auto worst = 0LL;
  for (int i = 0; i < 200; ++i) {
    auto start = clock::now();
    BOOST_TEST_REQUIRE(other.call("other", "echo")["error"] == "null");
    worst = std::max<long long>(worst, elapsed_ms(start));
  }
  BOOST_TEST(worst < (sanitized ? 1000 : 200));
  if (!sanitized)
    BOOST_TEST(resident_kib(node.pid()) - before < 16 * 1024);
  // Once it reads, everything comes.
  for (int i = 0; i < 100000; ++i)
    BOOST_TEST_REQUIRE(reader.receive().number("payload.i") == i);
  BOOST_TEST(reader.receive()["kind"] == "count");
}

BOOST_AUTO_TEST_CASE(a_reader_that_leaves_sets_its_worker_free) {
  node_process node{willing("w", "abandoned = \"kill\"")};
  auto leaver = node.connect();
  leaver.send_call("s", "w", "count", "{\"to\":1000000,\"padding\":1000}",
                   "\"stream\":true,\"timeout_ms\":600000");
  BOOST_TEST(eventually([&] { return node.worker("w.0").number("in_flight") == 1; }));
  leaver.close();
  auto client = node.connect();
  BOOST_TEST(client.call("w", "echo")["error"] == "null");
}

BOOST_AUTO_TEST_SUITE_END()
