#include "protocol/wires/jsonrpc.hpp"

#include "tests/protocol/speller.hpp"
#include "tests/protocol/support.hpp"

using namespace troupe;
using namespace troupe::wires;
using namespace std::chrono_literals;

namespace jsonrpc_wire {

constexpr auto greeting =
    R"({"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"notes","version":"0.3"}}})";

struct fixture {
  explicit fixture(config::jsonrpc options = {}, size_t most = 1000)
    : w(std::move(options), most) {}

  std::vector<std::string> feed_bytes(std::string_view bytes) {
    std::vector<wire_frame> found;
    w.feed(shared_bytes{std::string{bytes}}, found);
    std::vector<std::string> out;
    for (auto& f : found)
      out.push_back(std::visit(test::speller{}, f));
    return out;
  }
  std::string feed(std::string_view line) {
    auto found = feed_bytes(std::string{line} + "\n");
    BOOST_TEST_REQUIRE(found.size() == 1u, line);
    return found.front();
  }
  std::string call(std::string_view kind, std::string_view payload, slot_id id = {0, 1},
                   bool in_parts = false) {
    std::string out;
    auto sent = w.send_call(out, id, kind, payload, {1s, in_parts});
    BOOST_TEST(out.empty() == !sent);
    return sent ? out : to_string(sent.error().what) + ": " + sent.error().message;
  }
  std::string cancel(slot_id id) {
    std::string out;
    auto sent = w.send_cancel(out, id);
    BOOST_TEST(sent == !out.empty());
    return out;
  }

  jsonrpc w;
};

config::jsonrpc with_headers() {
  config::jsonrpc options;
  options.framing = config::jsonrpc_framing::content_length;
  return options;
}

struct headers_fixture : fixture {
  headers_fixture()
    : fixture(with_headers()) {}
};

} // namespace jsonrpc_wire

BOOST_FIXTURE_TEST_SUITE(jsonrpc_wire, fixture)

// -- the greeting ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_node_greets_as_a_client_of_mcp) {
  std::string out;
  w.send_handshake(out, {"n", "p", "p.0", 1, 1, "1.2.3"});
  BOOST_TEST(out
             == R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{)"
                R"("protocolVersion":"2025-06-18","capabilities":{},)"
                R"("clientInfo":{"name":"troupe","version":"1.2.3"}}})"
                "\n");
  auto found = feed_bytes(std::string{greeting} + "\n");
  BOOST_TEST_REQUIRE(found.size() == 2u);
  BOOST_TEST(found[0]
             == "reply {\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n");
  BOOST_TEST(found[1] == "ready notes/0.3 window=0 cancel ping");
}

BOOST_AUTO_TEST_CASE(members_of_the_greeting_may_be_given) {
  config::jsonrpc options;
  options.initialize = R"({"protocolVersion":"2024-11-05","capabilities":{"roots":{}}})";
  fixture f{options};
  std::string out;
  f.w.send_handshake(out, {"n", "p", "p.0", 1, 1, "1.2.3"});
  BOOST_TEST(out
             == R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{)"
                R"("clientInfo":{"name":"troupe","version":"1.2.3"},)"
                R"("protocolVersion":"2024-11-05","capabilities":{"roots":{}}}})"
                "\n");
}

BOOST_AUTO_TEST_CASE(a_server_may_refuse_the_greeting) {
  for (auto [line, why] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"too old"}})",
            "the server refused: too old"},
           {R"({"jsonrpc":"2.0","id":1,"result":5})", "the result is not an object"}}) {
    fixture f;
    std::string out;
    f.w.send_handshake(out, {"n", "p", "p.0", 1, 1});
    BOOST_TEST(f.feed(line)
               == "refused handshake_failed: initialize: " + std::string{why});
  }
}

BOOST_AUTO_TEST_CASE(what_the_server_said_in_the_greeting_is_known) {
  std::string out;
  BOOST_TEST(!w.answer_itself(out, "initialize", "{}"));
  w.send_handshake(out, {"n", "p", "p.0", 1, 1});
  feed_bytes(std::string{greeting} + "\n");
  out.clear();
  auto known = w.answer_itself(out, "initialize", "{}");
  BOOST_TEST_REQUIRE(known.has_value());
  BOOST_TEST(known->view().starts_with(R"({"protocolVersion":"2025-06-18",)"));
  // The node has said this already.
  auto said = w.answer_itself(out, "notifications/initialized", "null");
  BOOST_TEST_REQUIRE(said.has_value());
  BOOST_TEST(said->view() == "null");
  BOOST_TEST(out.empty());
}

// -- calls
// -------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_call_is_a_request_whose_method_is_its_kind) {
  BOOST_TEST(
      call("tools/call", R"({"name":"add"})")
      == R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add"}})"
         "\n");
  BOOST_TEST(call(R"(a\"b)", "[1,\n2]")
             == R"({"jsonrpc":"2.0","id":2,"method":"a\"b","params":[1, 2]})"
                "\n");
  BOOST_TEST(call("ping", " null ")
             == R"({"jsonrpc":"2.0","id":3,"method":"ping"})"
                "\n");
}

BOOST_AUTO_TEST_CASE(params_are_an_object_or_an_array) {
  for (auto payload : {"5", "\"x\"", "true"})
    BOOST_TEST(call("k", payload).starts_with("bad_request: payload: JSON-RPC has"),
               payload);
}

BOOST_AUTO_TEST_CASE(an_answer_finds_its_call_by_its_number) {
  call("a", "{}", {0, 7});
  call("b", "{}", {1, 9});
  BOOST_TEST(feed(R"({"jsonrpc":"2.0","id":2,"result":{"b":[1]}})")
             == R"(answer 1.9 {"b":[1]})");
  BOOST_TEST(feed(R"({"jsonrpc":"2.0","result":null,"id":1,"error":null})")
             == "answer 0.7 null");
}

BOOST_AUTO_TEST_CASE(an_answer_of_no_number_in_use_is_nobodys) {
  call("a", "{}");
  for (auto id : {"2", "0", "-1", "\"1\"", "1.5", "4294967297", "{}"})
    BOOST_TEST(feed(R"({"jsonrpc":"2.0","result":1,"id":)" + std::string{id} + "}")
                   == "unknown",
               id);
  BOOST_TEST(feed(R"({"id":1,"result":2})") == "answer 0.1 2");
  BOOST_TEST(feed(R"({"id":1,"result":2})") == "unknown"); // a second time
}

BOOST_AUTO_TEST_CASE(an_error_is_the_workers_and_its_code_is_text) {
  call("a", "{}");
  auto text = feed(
      R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no","data":{"a":1}}})");
  BOOST_TEST(text.starts_with(R"(answer 0.1 {"code":"worker_error","message":"no")"),
             text);
  BOOST_TEST(text.find(R"("worker_code":"-32602")") != text.npos, text);
  BOOST_TEST(text.find(R"("data":{"a":1})") != text.npos, text);
}

BOOST_AUTO_TEST_CASE(a_batch_is_its_messages) {
  call("a", "{}");
  auto found = feed_bytes("[{\"id\":1,\"result\":1},{\"method\":\"e\"},5]\n");
  BOOST_TEST_REQUIRE(found.size() == 3u);
  BOOST_TEST(found[0] == "answer 0.1 1");
  BOOST_TEST(found[1] == R"(event {"method":"e","params":null})");
  BOOST_TEST(found[2] == "stray 5");
}

BOOST_AUTO_TEST_CASE(the_longest_message_passes_and_one_byte_more_does_not) {
  auto fits = std::string(1000 - 55, 'x');
  BOOST_TEST(call("k", R"({"a":")" + fits + "\"}").size() == 1001u);
  BOOST_TEST(call("k", R"({"a":")" + fits + "x\"}").starts_with("payload_too_large: "));
  call("a", "{}", {1, 1});
  auto answer = R"({"id":3,"result":")" + std::string(1000 - 20, 'x') + "\"}";
  BOOST_TEST(feed(answer).starts_with("answer 1.1 "));
  BOOST_TEST(feed(answer + " ") == "broken a line is longer than max_frame");
  BOOST_TEST(feed_bytes("{}\n").empty());
}

// -- notifications --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_call_whose_caller_takes_parts_has_a_token) {
  BOOST_TEST(
      call("k", "null", {0, 1}, true)
      == R"({"jsonrpc":"2.0","id":1,"method":"k","params":{"_meta":{"progressToken":1}}})"
         "\n");
  BOOST_TEST(
      call("k", R"({"a":1,"_meta":{"b":2}})", {0, 2}, true)
      == R"({"jsonrpc":"2.0","id":2,"method":"k","params":{"a":1,"_meta":{"b":2,"progressToken":2}}})"
         "\n");
  BOOST_TEST(call("k", "[1]", {0, 3}, true)
             == R"({"jsonrpc":"2.0","id":3,"method":"k","params":[1]})"
                "\n");
  BOOST_TEST(feed(R"({"method":"notifications/progress","params":{"progressToken":3,)"
                  R"("progress":1,"total":2}})")
             == R"(chunk 0.3 {"progressToken":3,"progress":1,"total":2})");
}

BOOST_AUTO_TEST_CASE(the_callers_own_token_is_not_the_servers) {
  constexpr auto payload = R"({"_meta":{"progressToken":"mine"}})";
  BOOST_TEST(call("k", payload)
             == R"({"jsonrpc":"2.0","id":1,"method":"k","params":{}})"
                "\n");
  BOOST_TEST(
      call("k", payload, {1, 1}, true)
      == R"({"jsonrpc":"2.0","id":2,"method":"k","params":{"_meta":{"progressToken":2}}})"
         "\n");
  BOOST_TEST(feed(R"({"method":"notifications/progress","params":{"progressToken":2,)"
                  R"("progress":1}})")
             == R"(chunk 1.1 {"progress":1,"progressToken":"mine"})");
}

BOOST_AUTO_TEST_CASE(other_notifications_are_events) {
  BOOST_TEST(
      feed(R"({"jsonrpc":"2.0","method":"notifications/message","params":{"a":1}})")
      == R"(event {"method":"notifications/message","params":{"a":1}})");
  BOOST_TEST(
      feed(R"({"method":"notifications/progress","params":{"progressToken":9}})")
      == R"(event {"method":"notifications/progress","params":{"progressToken":9}})");
}

BOOST_AUTO_TEST_CASE(a_call_that_is_a_notification_has_no_answer) {
  config::jsonrpc options;
  options.notifications = {"exit"};
  fixture f{options};
  std::string out;
  BOOST_TEST(f.w.answer_itself(out, "notifications/roots/list_changed", "null").value()
             == "null");
  BOOST_TEST(out
             == R"({"jsonrpc":"2.0","method":"notifications/roots/list_changed"})"
                "\n");
  out.clear();
  BOOST_TEST(f.w.answer_itself(out, "exit", "[1]").has_value());
  BOOST_TEST(out
             == R"({"jsonrpc":"2.0","method":"exit","params":[1]})"
                "\n");
  out.clear();
  BOOST_TEST(!f.w.answer_itself(out, "exit", "5")); // refused as a call
  BOOST_TEST(!f.w.answer_itself(out, "enter", "{}"));
  BOOST_TEST(out.empty());
}

// -- cancelling and pings ---------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_cancelled_call_is_over_once_the_ping_behind_the_word_is_answered) {
  call("k", "{}", {3, 4});
  BOOST_TEST(cancel({3, 4})
             == R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{)"
                R"("requestId":1,"reason":"nobody waits for the answer"}})"
                "\n"
                R"({"jsonrpc":"2.0","id":2,"method":"ping"})"
                "\n");
  BOOST_TEST(feed(R"({"jsonrpc":"2.0","id":2,"result":{}})") == "cancelled 3.4");
  BOOST_TEST(feed(R"({"jsonrpc":"2.0","id":1,"result":7})") == "answer 3.4 7"); // late
}

BOOST_AUTO_TEST_CASE(an_answer_after_its_slot_has_another_call_is_nobodys) {
  call("k", "{}", {0, 1});
  cancel({0, 1});
  call("k", "{}", {0, 2});
  BOOST_TEST(feed(R"({"id":1,"result":1})") == "unknown");
  BOOST_TEST(feed(R"({"id":2,"result":{}})") == "unknown");
  BOOST_TEST(feed(R"({"id":3,"result":3})") == "answer 0.2 3");
  BOOST_TEST(cancel({9, 1}).empty());
}

BOOST_AUTO_TEST_CASE(any_answer_to_a_ping_is_a_sign_of_life) {
  std::string out;
  w.send_ping(out, 5);
  BOOST_TEST(out
             == R"({"jsonrpc":"2.0","id":1,"method":"ping"})"
                "\n");
  BOOST_TEST(feed(R"({"id":1,"error":{"code":-32601,"message":"what?"}})") == "pong");
}

// -- requests of the server
// --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_ping_is_answered_and_other_requests_are_refused) {
  BOOST_TEST(feed(R"({"jsonrpc":"2.0","id":"x","method":"ping"})")
             == R"(reply {"jsonrpc":"2.0","id":"x","result":{}})"
                "\n");
  BOOST_TEST(feed(R"({"jsonrpc":"2.0","id":5,"method":"roots/list"})")
             == R"(reply {"jsonrpc":"2.0","id":5,"error":{"code":-32601,)"
                R"("message":"no such method"}})"
                "\n");
}

BOOST_AUTO_TEST_CASE(a_pool_may_have_answers_and_calls_for_requests) {
  config::jsonrpc options;
  options.answers = {{"roots/list", R"({"roots":[]})"}};
  options.calls = {{"sampling/createMessage", "model"}};
  fixture f{options};
  BOOST_TEST(f.feed(R"({"id":5,"method":"roots/list"})")
             == R"(reply {"jsonrpc":"2.0","id":5,"result":{"roots":[]}})"
                "\n");
  for (auto id : {"6", "\"6\""}) {
    auto said = f.feed(R"({"method":"sampling/createMessage","params":{"a":1},"id":)"
                       + std::string{id} + "}");
    auto own = *id == '6' ? "n6" : "s6";
    BOOST_TEST(said
               == "call " + std::string{own}
                      + R"( to model sampling/createMessage {"a":1})");
    BOOST_TEST(f.feed(R"({"method":"notifications/cancelled","params":{"requestId":)"
                      + std::string{id} + "}}")
               == "cancel " + std::string{own});
    std::string out;
    f.w.send_outcome(out, own, outcome{shared_bytes{std::string{"{\"b\":\n2}"}}});
    BOOST_TEST(out
               == R"({"jsonrpc":"2.0","id":)" + std::string{id}
                      + ",\"result\":{\"b\": 2}}\n");
  }
  std::string out;
  f.w.send_outcome(out, "n7", failure(code::busy, "later"));
  BOOST_TEST(out.starts_with(R"({"jsonrpc":"2.0","id":7,"error":{"code":-32000,)"
                             R"("message":"later","data":{"code":"busy")"),
             out);
}

// -- bytes -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_is_no_message_is_stray_and_the_next_is_read) {
  for (auto line : {"Server running on stdio", "{", "5", "{}", R"({"id":1})",
                    R"({"id":null,"error":{"code":-32700}})", R"({"method":5,"id":1})"})
    BOOST_TEST(feed(line) == "stray " + std::string{line});
  BOOST_TEST(feed("") == "nothing 1");
  call("a", "{}");
  BOOST_TEST(feed("{\"id\":1,\"result\":1}\r") == "answer 0.1 1");
}

BOOST_AUTO_TEST_CASE(messages_are_the_same_however_they_are_cut) {
  auto lines = std::string{"noise\n\n{\"id\":1,\"result\":{\"a\":\"b\"}}\n"}
               + "{\"method\":\"e\"}\n";
  test::for_each_cut(lines, [](const std::vector<std::string>& pieces) {
    fixture f;
    f.call("k", "{}");
    std::vector<std::string> all;
    for (auto& piece : pieces)
      for (auto& found : f.feed_bytes(piece))
        all.push_back(found);
    const std::vector<std::string> expected = {"stray noise", "nothing 1",
                                               R"(answer 0.1 {"a":"b"})",
                                               R"(event {"method":"e","params":null})"};
    BOOST_TEST(all == expected, boost::test_tools::per_element());
  });
}

BOOST_FIXTURE_TEST_CASE(headers_go_before_messages, headers_fixture) {
  BOOST_TEST(call("k", "{}")
             == "Content-Length: 49\r\n\r\n"
                R"({"jsonrpc":"2.0","id":1,"method":"k","params":{}})");
}

BOOST_AUTO_TEST_CASE(messages_with_headers_are_the_same_however_they_are_cut) {
  auto bytes = std::string{"Starting\r\n\r\ncontent-length:21 \r\n"
                           "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n"
                           "\r\n{\"id\":1,\n\"result\":{}}"
                           "Content-Length: 0\r\n\r\n"
                           "Content-Length: 14\n\n{\"method\":\"e\"}"};
  test::for_each_cut(bytes, [](const std::vector<std::string>& pieces) {
    headers_fixture f;
    f.call("k", "{}");
    std::vector<std::string> all;
    for (auto& piece : pieces)
      for (auto& found : f.feed_bytes(piece))
        all.push_back(found);
    const std::vector<std::string> expected = {"stray Starting", "answer 0.1 {}",
                                               R"(event {"method":"e","params":null})"};
    BOOST_TEST(all == expected, boost::test_tools::per_element());
  });
}

BOOST_AUTO_TEST_CASE(headers_are_bounded) {
  for (auto bytes :
       {std::string{"Content-Length: 1001\r\n"}, std::string{"Content-Length: -1\r\n"},
        std::string{"Content-Length: 5x\r\n"}, std::string{"Content-Length:\n"},
        std::string(4097, 'x')}) {
    headers_fixture f;
    auto found = f.feed_bytes(bytes);
    BOOST_TEST_REQUIRE(found.size() == 1u, bytes.substr(0, 40));
    BOOST_TEST(found[0].starts_with("broken "), found[0]);
    BOOST_TEST(f.feed_bytes("Content-Length: 2\r\n\r\n{}").empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
