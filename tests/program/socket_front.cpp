// Proves what a client of the unix socket can rely on: every line gets its answer,
// mistakes are named, and a client that only stops sending still gets what it asked for.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace program;

namespace socket_front {

struct socket_node : node_process {
  socket_node()
    : node_process(puppets("echo", "size = 2")
                   + puppets("small", "max_frame = \"1KiB\"")) {}
  socket_client client = connect();

  /// Sends a line and returns the answer, which must be a bad_request.
  reply refuse(const std::string& line) {
    client.send_line(line);
    auto r = client.receive();
    BOOST_TEST(r["error.code"] == "bad_request", r);
    BOOST_TEST(r["error.retryable"] == "false");
    return r;
  }
};

} // namespace socket_front

BOOST_FIXTURE_TEST_SUITE(socket_front, socket_node)

BOOST_AUTO_TEST_CASE(an_answer_has_the_form_of_the_contract) {
  client.send_line(
      R"({"request_id":"c1","to":"echo.0","kind":"upper","payload":{"a":[1, 2]}})");
  BOOST_TEST(
      client.receive().text
      == R"({"request_id":"c1","kind":"upper","payload":{"a":[1, 2]},"error":null,"worker":"echo.0"})");
}

BOOST_AUTO_TEST_CASE(
    a_call_is_addressed_to_a_pool_or_a_worker_here_or_at_the_node_by_name) {
  for (auto to : {"echo.1", "echo.1@alpha"})
    for (int i = 0; i < 5; ++i)
      BOOST_TEST(client.call(to, "echo")["worker"] == "echo.1");
  for (auto to : {"echo", "echo@alpha"})
    BOOST_TEST(client.call(to, "echo")["worker"].substr(0, 5) == "echo.");
  BOOST_TEST(client.call("$node", "health")["payload.status"] == "ok");
  BOOST_TEST(client.call("$node@alpha", "health")["payload.name"] == "alpha");
}

BOOST_AUTO_TEST_CASE(a_line_that_is_no_json_is_refused_and_the_next_one_works) {
  auto r = refuse("this is no JSON");
  BOOST_TEST(r["request_id"] == "null");
  refuse("[1,2]");
  refuse("{\"to\":\"echo\"");
  BOOST_TEST(client.call("echo", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(a_bad_member_is_named_under_the_id_of_its_call) {
  auto refused = [&](const std::string& name, const std::string& member) {
    auto r = refuse(R"({"request_id":"c7","to":"echo","kind":"echo",)" + member + "}");
    BOOST_TEST(r["request_id"] == "c7");
    BOOST_TEST(r["error.message"].find(name) != std::string::npos, r);
  };
  refused("timeout_ms", R"("timeout_ms":0)");
  refused("timeout_ms", R"("timeout_ms":-5)");
  refused("timeout_ms", R"("timeout_ms":1.5)");
  refused("timeout_ms", R"("timeout_ms":"50")");
  refused("priority", R"("priority":11)");
  refused("priority", R"("priority":"high")");
  refused("idempotent", R"("idempotent":1)");
  refused("stream", R"("stream":"yes")");
  refused("key", R"("key":5)");
  refused("kind", R"("kind":5)"); // of a member that stands twice the last counts
  refused("to", R"("to":{})");
}

BOOST_AUTO_TEST_CASE(missing_members_are_named) {
  BOOST_TEST(refuse(R"({"request_id":"a","kind":"echo"})")["error.message"].find("to")
             != std::string::npos);
  BOOST_TEST(refuse(R"({"request_id":"a","to":"echo"})")["error.message"].find("kind")
             != std::string::npos);
  BOOST_TEST(refuse(R"({"request_id":5,"to":"echo","kind":"echo"})")["request_id"]
             == "null");
  refuse(R"({"request_id":"a","to":"not a name!","kind":"echo"})");
  refuse(R"({"kind":"cancel"})");
}

BOOST_AUTO_TEST_CASE(good_members_of_every_kind_are_taken) {
  auto r = client.call("echo", "echo", "1",
                       R"("timeout_ms":5000,"priority":-10,"idempotent":true,"key":"k",)"
                       R"("stream":false,"unknown":[1])");
  BOOST_TEST(r["payload"] == "1", r);
}

BOOST_AUTO_TEST_CASE(names_and_ids_with_escapes_come_back_as_they_went) {
  client.send_line(
      "{\"request_id\":\"a\\\"\\u00e9\\n\",\"to\":\"echo\",\"kind\":\"k\\\"\\\\\"}");
  auto r = client.receive();
  BOOST_TEST(r["request_id"] == "a\"\u00e9\n", r);
  BOOST_TEST(r["kind"] == "k\"\\");
  BOOST_TEST(r["error"] == "null");
}

BOOST_AUTO_TEST_CASE(a_client_that_stops_sending_still_gets_every_answer) {
  for (int i = 0; i < 6; ++i)
    client.send_call("h" + std::to_string(i), "echo", "sleep", R"({"ms":50})");
  // The last line has no end: the end of the input is one.
  client.stream().send(R"({"request_id":"h6","to":"echo","kind":"echo"})");
  client.stream().shut_down_writing();
  std::set<std::string> ids;
  for (int i = 0; i < 7; ++i) {
    auto r = client.receive();
    BOOST_TEST(r["error"] == "null", r);
    ids.insert(r["request_id"]);
  }
  BOOST_TEST(ids.size() == 7u);
  BOOST_TEST(client.stream().is_closed_within());
}

BOOST_AUTO_TEST_CASE(a_line_that_is_too_long_ends_the_connection_with_a_reason) {
  std::string line = R"({"request_id":"long","to":"echo","kind":"echo","payload":")";
  line.append(17 << 20, 'x'); // above the 16 MiB that the largest pool takes
  try {
    client.send_line(line + "\"}");
  } catch (const std::exception&) {
    // It may close before all was sent; what it said first is still to be read.
  }
  auto r = client.receive();
  BOOST_TEST(r["error.code"] == "payload_too_large", r);
  BOOST_TEST(r["request_id"] == "null");
  BOOST_TEST(client.stream().is_closed_within());
  BOOST_TEST(connect().call("echo", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(a_payload_that_the_pool_cannot_carry_is_refused) {
  auto r = client.call("small", "echo", '"' + std::string(2000, 'x') + '"');
  BOOST_TEST(r["error.code"] == "payload_too_large", r);
  BOOST_TEST(client.call("small", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(a_large_call_goes_through_in_both_directions) {
  std::string text(10 << 20, 'y');
  BOOST_TEST((client.call("echo", "echo", '"' + text + '"')["payload"] == text));
}

BOOST_AUTO_TEST_CASE(bytes_may_come_one_at_a_time) {
  for (char c :
       std::string{R"({"request_id":"slow","to":"echo","kind":"echo","payload":7})"})
    client.stream().send(std::string(1, c));
  client.stream().send("\r\n\n"); // an empty line does no harm
  BOOST_TEST(client.receive()["payload"] == "7");
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_read_gets_all_its_answers_later) {
  constexpr int n = 200;
  auto lazy = connect();
  for (int i = 0; i < n; ++i)
    lazy.send_call(std::to_string(i), "echo", "blob", R"({"bytes":50000})");
  // Others are served meanwhile.
  for (int i = 0; i < 50; ++i)
    BOOST_TEST(client.call("echo", "echo", "1")["payload"] == "1");
  std::set<std::string> ids;
  for (int i = 0; i < n; ++i)
    ids.insert(lazy.receive()["request_id"]);
  BOOST_TEST(ids.size() == size_t{n});
}

BOOST_AUTO_TEST_SUITE_END()
