#include "tests/protocol/speller.hpp"
#include "tests/protocol/support.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/wires/json_lines.hpp"

using namespace troupe;
using namespace troupe::wires;
using namespace std::chrono_literals;

namespace json_lines_wire {

/// Returns the frames that a child's output gives, spelled.
std::vector<std::string> frames(const std::vector<std::string>& pieces,
                                size_t max_frame = 1000) {
  json_lines wire{max_frame};
  std::vector<wire_frame> found;
  for (auto& piece : pieces)
    wire.feed(shared_bytes{piece}, found);
  std::vector<std::string> result;
  for (auto& f : found)
    result.push_back(std::visit(test::speller{}, f));
  return result;
}

/// Returns the one frame of one line.
std::string frame_of(const std::string& line) {
  auto found = frames({line + "\n"});
  BOOST_TEST_REQUIRE(found.size() == 1u, line);
  return found.front();
}

std::string ready(const std::string& payload) {
  return frame_of(R"({"kind":"ready","payload":)" + payload + "}");
}

/// Returns what `write` appends to a non-empty buffer, which must stay.
template <class Write>
std::string written(Write&& write) {
  json_lines wire{1000};
  std::string out = "x";
  write(wire, out);
  BOOST_TEST_REQUIRE(out.front() == 'x');
  BOOST_TEST(json_text::is_valid(std::string_view{out}.substr(1)), out);
  return out.substr(1);
}

} // namespace json_lines_wire

BOOST_AUTO_TEST_SUITE(json_lines_wire)

BOOST_AUTO_TEST_CASE(any_chunking_gives_the_same_frames) {
  std::string text = R"({"kind":"ready","payload":{"protocol":1,"name":"w","window":4}})"
                     "\n\n"
                     R"({"kind":"k","request_id":"0.1","payload":{"a":"\u00e9 é"}})"
                     "\r\n"
                     "stray output\n"
                     R"({"kind":"chunk","request_id":"1.2","payload":[1]})"
                     "\n"
                     R"({"request_id":"1.2","error":{"code":"E"}})"
                     "\n"
                     R"({"kind":"log","payload":"hi"})"
                     "\nincomplete";
  std::vector<std::string> expected = {
      "ready w/ window=4",
      "nothing 1",
      R"(answer 0.1 {"a":"\u00e9 é"})",
      "stray stray output",
      "chunk 1.2 [1]",
      R"(answer 1.2 {"code":"worker_error","message":"the worker answered an error",)"
      R"("retryable":false,"worker_code":"E"})",
      "log hi"};
  test::for_each_cut(text, [&](const auto& pieces) {
    BOOST_TEST_REQUIRE(frames(pieces) == expected, boost::test_tools::per_element());
  });
}

BOOST_AUTO_TEST_CASE(a_line_longer_than_allowed_breaks_the_stream_once_for_any_chunking) {
  auto text = "{\"kind\":\"log\",\"payload\":\"a\"}\n" + std::string(101, ' ')
              + "\n{\"kind\":\"log\",\"payload\":\"b\"}\n";
  std::vector<std::string> expected = {"log a", "broken a line is longer than max_frame"};
  test::for_each_cut(text, [&](const auto& pieces) {
    BOOST_TEST_REQUIRE(frames(pieces, 100) == expected, boost::test_tools::per_element());
  });
}

BOOST_AUTO_TEST_CASE(the_pool_says_how_long_a_line_may_be) {
  config::pool pool;
  pool.max_frame = 10;
  auto wire = json_lines::make(pool);
  std::vector<wire_frame> found;
  wire->feed(shared_bytes{"12345678901"}, found);
  BOOST_TEST_REQUIRE(found.size() == 1u);
  BOOST_TEST(std::holds_alternative<frame::broken>(found.front()));
}

BOOST_AUTO_TEST_CASE(an_answer_keeps_its_payload_to_the_byte) {
  BOOST_TEST(
      frame_of(
          R"({"request_id":"3.4294967295","kind":"any","payload":{ "b" : [ 1.50 ]}})")
      == R"(answer 3.4294967295 { "b" : [ 1.50 ]})");
  BOOST_TEST(frame_of(R"({"request_id":"0.1"})") == "answer 0.1 null");
  BOOST_TEST(frame_of(R"({"request_id":"0.1","error":null,"payload":1})")
             == "answer 0.1 1");
}

BOOST_AUTO_TEST_CASE(an_id_that_is_no_slot_is_unknown) {
  for (auto id : {"", "x", "1", "1.", ".1", "1.x", "1.2.3", "-1.2", "1.-2",
                  "4294967296.1", "1.4294967296", " 1.2", "1.2 "})
    BOOST_TEST(frame_of(R"({"kind":"k","request_id":")" + std::string{id} + "\"}")
                   == "unknown",
               id);
}

BOOST_AUTO_TEST_CASE(a_frame_without_an_id_that_says_nothing_known_is_unknown) {
  for (auto line :
       {"{}", R"({"kind":"k"})", R"({"kind":7})", R"({"kind":"k","request_id":1})",
        R"({"kind":"chunk","payload":1})", R"({"kind":"pong"})"})
    BOOST_TEST(frame_of(line) == "unknown", line);
}

BOOST_AUTO_TEST_CASE(output_that_is_no_json_object_is_stray) {
  for (auto line : {"hello", "[1]", "7", "{\"a\":}", "{\"a\":\"\xFF\"}"})
    BOOST_TEST(frame_of(line) == "stray " + std::string{line}, line);
  auto deep = std::string(65, '[');
  BOOST_TEST(frame_of(deep).starts_with("stray "));
}

BOOST_AUTO_TEST_CASE(empty_lines_in_a_row_are_one_frame_that_says_nothing) {
  json_lines wire{1000};
  std::vector<wire_frame> found;
  wire.feed(shared_bytes{"\n\r\n  \nx\n\n"}, found);
  BOOST_REQUIRE(found.size() == 3u);
  auto first = std::get<frame::nothing>(found[0]);
  BOOST_TEST(first.count == 3u);
  BOOST_TEST(first.bytes == 3u);
  BOOST_TEST(std::holds_alternative<frame::stray>(found[1]));
  BOOST_TEST(std::get<frame::nothing>(found[2]).count == 1u);
}

BOOST_AUTO_TEST_CASE(the_error_of_a_worker_keeps_all_it_said) {
  BOOST_TEST(
      frame_of(
          R"({"request_id":"0.1","error":{"code":"E1","message":"no\n","line":3,"more":{"a":1}}})")
      == R"(answer 0.1 {"code":"worker_error","message":"no\n","retryable":false,)"
         R"("worker_code":"E1","line":3,"more":{"a":1}})");
}

BOOST_AUTO_TEST_CASE(an_error_that_is_a_string_is_its_message) {
  BOOST_TEST(frame_of(R"({"request_id":"0.1","error":"no"})")
             == R"(answer 0.1 {"code":"worker_error","message":"no","retryable":false,)"
                R"("worker_code":null})");
}

BOOST_AUTO_TEST_CASE(the_error_of_a_worker_cannot_overwrite_the_members_of_the_node) {
  auto text =
      frame_of(R"({"request_id":"0.1","error":{"retryable":true,"request_id":"z",)"
               R"("worker_code":"w","c\u006fde":"E","retr\u0079able":true}})");
  BOOST_TEST(
      text
      == R"(answer 0.1 {"code":"worker_error","message":"the worker answered an error",)"
         R"("retryable":false,"worker_code":"E"})");
}

BOOST_AUTO_TEST_CASE(ready_says_what_the_worker_can) {
  BOOST_TEST(ready(R"({"protocol":1})") == "ready / window=0");
  BOOST_TEST(ready(R"({"protocol":1,"name":"n","version":"2","window":16,)"
                   R"("capabilities":["ping","cancel","end_session","later"],"new":1})")
             == "ready n/2 window=16 cancel ping end");
  BOOST_TEST(ready(R"({"protocol":1,"capabilities":["cancel"]})")
             == "ready / window=0 cancel");
  BOOST_TEST(ready(R"({"protocol":1,"name":null,"window":null,"capabilities":[]})")
             == "ready / window=0");
}

BOOST_AUTO_TEST_CASE(only_a_text_of_the_list_itself_is_a_capability) {
  for (auto other : {R"(["x",{"cancel":0}])", R"([["cancel","ping"]])", R"("cancel")",
                     R"({"cancel":"ping"})", R"(["not \"cancel\""])", "[null,1]"})
    BOOST_TEST(ready(R"({"protocol":1,"capabilities":)" + std::string{other} + "}")
                   == "ready / window=0",
               other);
  BOOST_TEST(
      ready(R"({"protocol":1,"capabilities":[ {"a":[1]} , "c\u0061ncel", "ping" ]})")
      == "ready / window=0 cancel ping");
}

BOOST_AUTO_TEST_CASE(ready_may_write_its_keys_with_escapes) {
  BOOST_TEST(ready(R"({"proto\u0063ol":1,"w\u0069ndow":2})") == "ready / window=2");
}

BOOST_AUTO_TEST_CASE(another_version_is_refused_naming_both) {
  BOOST_TEST(
      ready(R"({"protocol":2})")
      == "refused version_mismatch: the worker speaks protocol 2, this node speaks 1");
  for (auto payload : {"{}", R"({"protocol":"1"})", R"({"protocol":null})"})
    BOOST_TEST(ready(payload).starts_with("refused version_mismatch"), payload);
}

BOOST_AUTO_TEST_CASE(a_ready_that_makes_no_sense_is_a_failed_handshake) {
  BOOST_TEST(frame_of(R"({"kind":"ready"})").starts_with("refused handshake_failed"));
  for (auto payload :
       {"1", "null", "[]", R"({"protocol":1,"window":0})",
        R"({"protocol":1,"window":-1})", R"({"protocol":1,"window":"4"})",
        R"({"protocol":1,"window":1.5})", R"({"protocol":1,"window":4294967296})"})
    BOOST_TEST(ready(payload).starts_with("refused handshake_failed"), payload);
}

BOOST_AUTO_TEST_CASE(a_call_of_a_worker_is_told_from_an_answer_by_its_id) {
  auto call = [](const std::string& id, const std::string& payload) {
    return frame_of(R"({"kind":"call","request_id":")" + id + R"(","payload":)" + payload
                    + "}");
  };
  BOOST_TEST(call("mine", R"({"to":"echo","kind":"up","payload":{"a":1}})")
             == R"(call mine to echo up {"a":1})");
  BOOST_TEST(call("0.1", R"({"to":"echo","kind":"up"})")
             == R"(answer 0.1 {"to":"echo","kind":"up"})");
  for (auto wrong : {"1", "{}", R"({"to":"e"})", R"({"kind":"k"})",
                     R"({"to":1,"kind":"k"})", R"({"to":"e","kind":"k","stream":true})",
                     R"({"to":"e","kind":"k","timeout_ms":-1})",
                     R"({"to":"e","kind":"k","parent":"x"})", R"({"kind":"cancel"})"})
    BOOST_TEST(call("mine", wrong).starts_with("bad call mine: call: "),
               call("mine", wrong));
  BOOST_TEST(frame_of(R"({"kind":"cancel","request_id":"mine"})") == "cancel mine");
  BOOST_TEST(frame_of(R"({"kind":"call","payload":{}})") == "unknown");
}

BOOST_AUTO_TEST_CASE(the_outcome_of_a_workers_call_is_one_line_under_its_own_id) {
  auto good = written([](json_lines& w, std::string& out) {
    w.send_outcome(
        out, "mine",
        outcome{shared_bytes{std::string{"[1,\n2]"}}, shared_bytes{std::string{"e.0"}}});
  });
  BOOST_TEST(
      good
      == "{\"request_id\":\"mine\",\"kind\":\"call\",\"payload\":[1, 2],\"error\":null,"
         "\"worker\":\"e.0\"}\n");
  auto bad = written([](json_lines& w, std::string& out) {
    w.send_outcome(out, "mine", failure(code::busy, "full"));
  });
  BOOST_TEST(bad.find("\"code\":\"busy\"") != std::string::npos);
  BOOST_TEST(std::count(bad.begin(), bad.end(), '\n') == 1);
}

BOOST_AUTO_TEST_CASE(events_logs_chunks_and_pongs_are_told_apart) {
  BOOST_TEST(frame_of(R"({"kind":"event","payload":{"a":1}})") == R"(event {"a":1})");
  BOOST_TEST(frame_of(R"({"kind":"metric","payload":{"name":"m"}})")
             == R"(metric {"name":"m"})");
  BOOST_TEST(frame_of(R"({"kind":"log","payload":"a\tb"})") == "log a\tb");
  BOOST_TEST(frame_of(R"({"kind":"log","payload":{"a":1}})") == R"(log {"a":1})");
  BOOST_TEST(frame_of(R"({"kind":"chunk","request_id":"2.3","payload":[]})")
             == "chunk 2.3 []");
  BOOST_TEST(frame_of(R"({"kind":"pong","request_id":"ping.1"})") == "pong");
}

BOOST_AUTO_TEST_CASE(a_kind_with_the_id_of_a_call_answers_that_call) {
  for (auto kind : {"event", "log", "ready", "pong", "hello"})
    BOOST_TEST(frame_of(R"({"kind":")" + std::string{kind} + R"(","request_id":"0.1"})")
                   == "answer 0.1 null",
               kind);
}

BOOST_AUTO_TEST_CASE(hello_is_golden) {
  BOOST_TEST(written([](wire& w, std::string& out) {
               w.send_handshake(out, {"alpha", "echo", "echo.0", 4});
             })
             == R"({"kind":"hello","payload":{"protocol":1,"node":"alpha","pool":"echo",)"
                R"("worker":"echo.0","window":4},"error":null})"
                "\n");
}

BOOST_AUTO_TEST_CASE(a_call_is_golden) {
  BOOST_TEST(written([](wire& w, std::string& out) {
               w.send_call(out, {3, 4294967295}, R"(up\"per)", R"({"a": 1})", 1500ms);
             })
             == R"({"kind":"up\"per","request_id":"3.4294967295","payload":{"a": 1},)"
                R"("error":null,"deadline_ms":1500})"
                "\n");
}

BOOST_AUTO_TEST_CASE(a_call_that_is_late_has_no_time_left) {
  auto line = written([](wire& w, std::string& out) {
    w.send_call(out, {0, 1}, "k", "null", -5ms);
  });
  BOOST_TEST(json_text::find(line, "deadline_ms").value() == "0");
}

BOOST_AUTO_TEST_CASE(cancel_ping_and_shutdown_are_golden) {
  BOOST_TEST(written([](wire& w, std::string& out) {
               w.send_cancel(out, {1, 2});
             })
             == "{\"kind\":\"cancel\",\"request_id\":\"1.2\"}\n");
  BOOST_TEST(written([](wire& w, std::string& out) { w.send_ping(out, 7); })
             == "{\"kind\":\"ping\",\"request_id\":\"ping.7\"}\n");
  BOOST_TEST(written([](wire& w, std::string& out) { w.send_stop(out, "\"drain\"", 5s); })
             == R"({"kind":"shutdown","payload":{"reason":"\"drain\"","grace_ms":5000}})"
                "\n");
}

BOOST_AUTO_TEST_CASE(the_end_of_a_session_is_golden) {
  BOOST_TEST(written([](wire& w, std::string& out) {
               w.send_end(out, {1, 2}, "s-1");
             })
             == R"({"kind":"end_session","request_id":"1.2",)"
                R"("payload":{"session_id":"s-1"},"error":null})"
                "\n");
}

BOOST_AUTO_TEST_CASE(a_worker_that_asks_says_so_by_the_kind_of_its_answer) {
  BOOST_TEST(frame_of(R"({"kind":"paused","request_id":"0.1","payload":{"queries":[]}})")
             == R"(paused 0.1 {"queries":[]})");
  // An error is an error, whatever its kind.
  BOOST_TEST(frame_of(R"({"kind":"paused","request_id":"0.1","error":"x"})")
                 .starts_with("answer 0.1 {"));
}

BOOST_AUTO_TEST_CASE(a_child_that_echoes_every_line_settles_the_call_it_was_sent) {
  std::mt19937 random{11};
  for (int i = 0; i < 500; ++i) {
    slot_id id{static_cast<uint32_t>(random()), static_cast<uint32_t>(random())};
    auto line = written([&](wire& w, std::string& out) {
      w.send_call(out, id, "k", R"({"x":"é"})", 1s);
    });
    BOOST_TEST_REQUIRE(frames({line}).front()
                       == "answer " + test::speller::spell(id) + R"( {"x":"é"})");
  }
}

BOOST_AUTO_TEST_CASE(the_table_of_wires_knows_json_lines) {
  BOOST_TEST_REQUIRE(built_in_wires().find("json-lines"));
  BOOST_TEST(built_in_wires().find("json-lines")->make({}) != nullptr);
  BOOST_TEST(!built_in_wires().find("json_lines"));
  BOOST_TEST(!built_in_wires().find(""));
  BOOST_TEST(built_in_wires().names().find("json-lines") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_payload_with_line_breaks_leaves_as_one_line) {
  auto line = written([](wire& w, std::string& out) {
    w.send_call(out, {0, 1}, "k", "{\"a\":\r\n{\"kind\":\"shutdown\"}\n}", 1s);
  });
  BOOST_TEST(line
             == "{\"kind\":\"k\",\"request_id\":\"0.1\",\"payload\":{\"a\":  "
                "{\"kind\":\"shutdown\"} },\"error\":null,\"deadline_ms\":1000}\n");
}

BOOST_AUTO_TEST_CASE(a_word_of_the_protocol_is_no_kind_of_a_call_however_it_is_written) {
  json_lines w{1000};
  auto refused = [&](std::string_view kind) {
    std::string out;
    auto sent = w.send_call(out, {0, 1}, kind, "null", 1s);
    BOOST_TEST(out.empty() == !sent);
    return sent ? code::none : sent.error().what;
  };
  for (auto kind : {"hello", "ready", "chunk", "cancel", "ping", "pong", "event", "log",
                    "shutdown", "end_session", "shutd\\u006fwn"})
    BOOST_TEST((refused(kind) == code::bad_request), kind);
  for (auto kind : {"upper", "shutdowns", "", "Hello"})
    BOOST_TEST((refused(kind) == code::none), kind);
}

BOOST_AUTO_TEST_SUITE_END()
