// Web calls on their way to workers of each protocol, and what comes back.
#include "protocol/base/json_text.hpp"
#include "protocol/web/web_frame.hpp"
#include "protocol/wires/folk.hpp"
#include "protocol/wires/goridge.hpp"
#include "protocol/wires/json_lines.hpp"
#include "protocol/wires/session_lines.hpp"
#include "protocol/wires/web_json.hpp"
#include "tests/protocol/hex.hpp"
#include "tests/protocol/support.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::wires;
using namespace std::chrono_literals;
using test::hex;
using test::to_hex;

namespace web_calls_of_wires {

const std::string head =
    R"({"remoteAddr":"127.0.0.1","protocol":"HTTP/1.1","method":"POST",)"
    R"("uri":"http://h:80/a?b=c","headers":{"Host":["h:80"],"Accept":["x","y"],)"
    R"("Cookie":["a=1","b=2"]},"cookies":{"a":"1"},"rawQuery":"b=c","parsed":false,)"
    R"("uploads":null,"attributes":{}})";
const std::string parsed_head =
    R"({"remoteAddr":"127.0.0.1","method":"POST","uri":"http://h/","headers":{},)"
    R"("cookies":{},"rawQuery":"","parsed":true,"uploads":{"f":{"name":"n"}}})";

/// A call that takes its answer in parts, as a web front's does.
const call_terms web_terms{1s, true, nullptr, payload_form::web};

std::string payload_of(std::string_view head_of, std::string_view body) {
  return web::join({head_of, body}).str();
}

/// Spells a frame of the answer to a web call.
std::string spell(const wire_frame& f) {
  auto frame_of = [](const shared_bytes& payload) {
    auto parts = web::split(payload.view());
    if (!parts)
      return "not of a web call: " + payload.str();
    return std::string{parts->head} + "|" + std::string{parts->body};
  };
  if (auto c = std::get_if<frame::chunk>(&f))
    return "part " + frame_of(c->payload);
  if (auto a = std::get_if<frame::answer>(&f))
    return a->result
               ? "end " + frame_of(*a->result)
               : to_string(a->result.error().what) + ": " + a->result.error().message;
  return std::holds_alternative<frame::unknown>(f)  ? "unknown"
         : std::holds_alternative<frame::retire>(f) ? "retire"
                                                    : "another frame";
}

std::vector<std::string> feed(wire& w, std::string_view bytes) {
  std::vector<wire_frame> found;
  w.feed(shared_bytes{std::string{bytes}}, found);
  std::vector<std::string> out;
  for (auto& f : found)
    out.push_back(spell(f));
  return out;
}

std::string feed_one(wire& w, std::string_view bytes) {
  auto found = feed(w, bytes);
  BOOST_TEST_REQUIRE(found.size() == 1u, to_hex(bytes));
  return found.front();
}

/// Returns what is written for a call, or why there is none.
std::string sent(wire& w, std::string_view payload, slot_id id = {0, 1}) {
  std::string out;
  auto done = w.send_call(out, id, "http", payload, web_terms);
  BOOST_TEST(out.empty() == !done);
  return done ? out : to_string(done.error().what) + ": " + done.error().message;
}

struct goridge_worker : goridge {
  explicit goridge_worker(size_t most = 1000)
    : goridge(most) {
    std::vector<wire_frame> found;
    feed(shared_bytes{frame_of(goridge_frame::control, 0, {}, R"({"pid":7})")}, found);
    BOOST_TEST_REQUIRE(found.size() == 1u);
    BOOST_TEST_REQUIRE(std::holds_alternative<frame::ready>(found[0]));
  }
  static std::string frame_of(uint8_t flags, uint8_t bits,
                              std::optional<std::string_view> context,
                              std::string_view body) {
    std::string out;
    goridge_frame::append(out, flags, bits, context, body);
    return out;
  }
  /// A part or the end of an answer.
  std::string says(std::string_view context, std::string_view body, bool last = true) {
    return feed_one(*this, frame_of(goridge_frame::json, last ? 0 : goridge_frame::stream,
                                    context, body));
  }
};

struct lines_worker : json_lines {
  lines_worker()
    : json_lines(1000) {}

  /// The payload of an answer, or of a part of one.
  std::string says(std::string_view payload, bool last = true) {
    return feed_one(*this, R"({"kind":")" + std::string{last ? "http" : "chunk"}
                               + R"(","request_id":"0.1","payload":)"
                               + std::string{payload} + "}\n");
  }
};

} // namespace web_calls_of_wires

using namespace web_calls_of_wires;

BOOST_AUTO_TEST_SUITE(web_calls_of_wires)

BOOST_AUTO_TEST_CASE(protocols_without_a_place_for_them_take_none) {
  BOOST_TEST(goridge{1}.takes(payload_form::web));
  BOOST_TEST(folk{1}.takes(payload_form::web));
  BOOST_TEST(json_lines{1}.takes(payload_form::web));
  config::pool p;
  for (auto name : {"goridge", "folk", "json-lines", "session"}) {
    auto w = built_in_wires().find(name)->make(p);
    BOOST_TEST(w->takes(payload_form::json));
    BOOST_TEST(w->takes(payload_form::web) == (name != std::string_view{"session"}));
  }
}

// -- goridge ----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(goridge_gets_the_head_as_context_and_the_body_as_it_is) {
  goridge_worker w;
  auto bytes = sent(w, payload_of(R"({"a":1})", hex("00 0a ff")));
  BOOST_TEST(to_hex(bytes).substr(0, 12) == to_hex(hex("14 08 0a 00 00 00")));
  BOOST_TEST(to_hex(bytes.substr(10))
             == to_hex(hex("00 00 07 00 00 00") + R"({"a":1})" + hex("00 0a ff")));
}

BOOST_AUTO_TEST_CASE(a_goridge_answer_is_head_and_body) {
  goridge_worker w;
  sent(w, payload_of("{}", ""));
  BOOST_TEST(w.says(R"({"status":404,"headers":{"a":["b"]}})", hex("00 0a ff"))
             == R"(end {"status":404,"headers":{"a":["b"]}}|)" + hex("00 0a ff"));
}

BOOST_AUTO_TEST_CASE(the_head_of_a_goridge_stream_passes_once) {
  goridge_worker w;
  sent(w, payload_of("{}", ""));
  const auto again = R"({"status":200,"headers":{}})";
  BOOST_TEST(w.says(again, "1", false) == R"(part {"status":200,"headers":{}}|1)");
  BOOST_TEST(w.says(again, "2", false) == "part |2");
  BOOST_TEST(w.says("", "3", false) == "part |3");
  BOOST_TEST(w.says(again, "") == "end |");
}

BOOST_AUTO_TEST_CASE(a_goridge_status_of_1xx_is_not_the_last) {
  goridge_worker w;
  sent(w, payload_of("{}", ""));
  BOOST_TEST(w.says(R"({"status":103,"headers":{"Link":["x"]}})", "", false)
             == R"(part {"status":103,"headers":{"Link":["x"]}}|)");
  BOOST_TEST(w.says(R"({"status":200})", "1", false) == R"(part {"status":200}|1)");
  BOOST_TEST(w.says(R"({"status":200})", "2") == "end |2");
}

BOOST_AUTO_TEST_CASE(a_goridge_answer_without_a_context_has_status_200) {
  goridge_worker w;
  sent(w, payload_of("{}", ""));
  BOOST_TEST(w.says("", "Hi") == R"(end {"status":200,"headers":{}}|Hi)");
  sent(w, payload_of("{}", ""));
  BOOST_TEST(w.says("", "1", false) == R"(part {"status":200,"headers":{}}|1)");
  BOOST_TEST(w.says("", "2") == "end |2");
}

BOOST_AUTO_TEST_CASE(a_goridge_answer_without_a_status_is_a_protocol_error) {
  for (std::string context : {"x", "[]", "{}", R"({"status":"200"})", R"({"status":99})",
                              R"({"status":600})", R"({"status":103})"}) {
    goridge_worker w;
    sent(w, payload_of("{}", ""));
    auto said = w.says(context, "body");
    BOOST_TEST(said.starts_with("protocol_error: "), said);
    BOOST_TEST(said.find(context) != std::string::npos, said);
    // Only this call has failed.
    sent(w, payload_of("{}", ""));
    BOOST_TEST(w.says("", "Hi") == R"(end {"status":200,"headers":{}}|Hi)");
  }
}

BOOST_AUTO_TEST_CASE(a_goridge_worker_may_give_a_request_back) {
  goridge_worker w;
  sent(w, payload_of("{}", ""));
  BOOST_TEST(w.says(R"({"stop":true})", "") == "retire");
}

BOOST_AUTO_TEST_CASE(a_goridge_stream_is_told_to_stop_once_it_has_begun) {
  goridge_worker w;
  sent(w, payload_of("{}", ""));
  std::string out;
  BOOST_TEST(!w.send_cancel(out, {0, 1}));
  w.says(R"({"status":200})", "1", false);
  BOOST_TEST(w.send_cancel(out, {0, 1}));
  BOOST_TEST(to_hex(out).substr(20, 2) == "02"); // byte 10: stop
  BOOST_TEST(feed(w, w.frame_of(0, 0, R"({"status":200})", "")).empty());
  BOOST_TEST(feed_one(w, w.frame_of(goridge_frame::control, 0, {}, R"({"pid":7})"))
             == "end |");
}

BOOST_AUTO_TEST_CASE(a_request_longer_than_a_goridge_frame_is_refused) {
  goridge_worker w{100};
  BOOST_TEST(
      sent(w, payload_of("{}", std::string(99, 'x'))).starts_with("payload_too_large: "));
  BOOST_TEST(sent(w, "null").starts_with("protocol_error: "));
}

// -- json-lines -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(json_lines_get_a_request_as_one_object) {
  json_lines w{1000};
  BOOST_TEST(
      sent(w, payload_of(head, "a \"body\"\n"))
      == R"({"kind":"http","request_id":"0.1","payload":{"method":"POST",)"
         R"("uri":"http://h:80/a?b=c","headers":{"Host":["h:80"],"Accept":["x","y"],)"
         R"("Cookie":["a=1","b=2"]},"query":"b=c","cookies":{"a":"1"},)"
         R"("remote_addr":"127.0.0.1","body":"a \"body\"\n"},"error":null,)"
         R"("deadline_ms":1000,"stream":true})"
         "\n");
}

BOOST_AUTO_TEST_CASE(json_lines_get_bytes_in_base64) {
  json_lines w{1000};
  auto line = sent(w, payload_of(head, hex("ff 00 0a")));
  BOOST_TEST(line.find(R"("body_base64":"/wAK")") != std::string::npos, line);
  BOOST_TEST(line.find("\"body\"") == std::string::npos, line);
}

BOOST_AUTO_TEST_CASE(json_lines_get_fields_and_files) {
  json_lines w{1000};
  auto line = sent(w, payload_of(parsed_head, "{\"a\":\n[\"1\"]}"));
  BOOST_TEST(line.find(R"("parsed":{"a": ["1"]},"uploads":{"f":{"name":"n"}},"body":"")")
                 != std::string::npos,
             line);
  BOOST_TEST(line.find('\n') == line.size() - 1);
}

BOOST_AUTO_TEST_CASE(a_json_lines_answer_is_head_and_body) {
  for (auto [said, expected] : std::vector<std::pair<std::string, std::string>>{
           {R"({"status":200,"body":"é"})", R"({"status":200,"headers":{}}|é)"},
           {R"({"status":201,"headers":{"a":"b"},"body_base64":"/wAK"})",
            R"({"status":201,"headers":{"a":"b"}}|)" + hex("ff 00 0a")},
           {R"({"status":204,"headers":null,"body":null})",
            R"({"status":204,"headers":{}}|)"},
           {R"({"status":200,"headers":[],"more":1})", R"({"status":200,"headers":{}}|)"},
       }) {
    lines_worker w;
    sent(w, payload_of(head, ""));
    BOOST_TEST(w.says(said) == "end " + expected);
  }
}

BOOST_AUTO_TEST_CASE(a_json_lines_stream_has_its_status_first) {
  lines_worker w;
  sent(w, payload_of(head, ""));
  BOOST_TEST(w.says(R"({"status":103,"headers":{"Link":["x"]}})", false)
             == R"(part {"status":103,"headers":{"Link":["x"]}}|)");
  BOOST_TEST(w.says(R"({"status":200})", false)
             == R"(part {"status":200,"headers":{}}|)");
  BOOST_TEST(w.says(R"({"body":"1"})", false) == "part |1");
  BOOST_TEST(w.says(R"({"body_base64":"/w=="})", false) == "part |\xff");
  BOOST_TEST(w.says("null") == "end |");
  BOOST_TEST(w.says("null") == "end not of a web call: null"); // it has ended
}

BOOST_AUTO_TEST_CASE(a_json_lines_answer_that_is_none_says_why) {
  for (auto [said, why] : std::vector<std::pair<std::string, std::string>>{
           {"null", "expected an object, not null"},
           {"\"Hi\"", "expected an object, not \"Hi\""},
           {"{}", "status: expected a number from 100 to 599, not nothing"},
           {R"({"status":"200"})", "not \"200\""},
           {R"({"status":600})", "not 600"},
           {R"({"status":100})", "ends with the status 100"},
           {R"({"status":200,"headers":5})", "headers: expected an object, not 5"},
           {R"({"status":200,"headers":["a"]})", "headers: expected an object"},
           {R"({"status":200,"body":{"a":1}})", "body: expected a string"},
           {R"({"status":200,"body_base64":"?"})", "body_base64: expected base64"},
           {R"({"status":200,"body":"","body_base64":""})", "not both"},
       }) {
    lines_worker w;
    sent(w, payload_of(head, ""));
    auto read = w.says(said);
    BOOST_TEST(read.starts_with("protocol_error: "), read);
    BOOST_TEST(read.find(why) != std::string::npos, read);
  }
}

BOOST_AUTO_TEST_CASE(a_part_that_is_none_ends_a_json_lines_call) {
  lines_worker w;
  sent(w, payload_of(head, ""));
  auto read = w.says(R"({"body":"without a status"})", false);
  BOOST_TEST(read.starts_with("protocol_error: "), read);
}

BOOST_AUTO_TEST_CASE(an_error_of_a_json_lines_worker_stays_its_error) {
  lines_worker w;
  sent(w, payload_of(head, ""));
  BOOST_TEST(feed_one(w, R"({"request_id":"0.1","error":{"code":"E","message":"no"}})"
                         "\n")
             == "worker_error: no");
}

BOOST_AUTO_TEST_CASE(other_calls_of_a_json_lines_worker_stay_json) {
  lines_worker w;
  std::string out;
  sent(w, payload_of(head, ""), {0, 1});
  BOOST_TEST(w.send_call(out, {1, 1}, "k", "1", 1s).has_value());
  std::vector<wire_frame> found;
  w.feed(shared_bytes{std::string{"{\"request_id\":\"1.1\",\"payload\":5}\n"
                                  "{\"request_id\":\"0.2\",\"payload\":6}\n"}},
         found);
  BOOST_TEST_REQUIRE(found.size() == 2u);
  BOOST_TEST(std::get<frame::answer>(found[0]).result->view() == "5");
  BOOST_TEST(std::get<frame::answer>(found[1]).result->view() == "6");
}

BOOST_AUTO_TEST_CASE(base64_may_make_a_request_too_long_for_a_line) {
  json_lines w{500};
  BOOST_TEST(sent(w, payload_of(parsed_head, "1")).starts_with("{\"kind\":\"http\""));
  BOOST_TEST(sent(w, payload_of(head, std::string(300, '\xff')))
                 .starts_with("payload_too_large: "));
}

BOOST_AUTO_TEST_CASE(a_head_of_another_node_that_is_no_json_is_refused) {
  json_lines lines{1000};
  folk f{1000};
  for (wire* w : {static_cast<wire*>(&lines), static_cast<wire*>(&f)})
    for (auto payload : {payload_of("", ""), payload_of("{\n", ""), payload_of("[1]", ""),
                         payload_of(R"({"parsed":true})", "}\n{"), std::string{"null"}})
      BOOST_TEST(sent(*w, payload).starts_with("protocol_error: "), payload);
}

// -- folk -------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(folk_gets_a_call_of_its_method_for_requests) {
  folk w{1000};
  auto bytes = sent(w, payload_of(head, hex("ff 00")));
  BOOST_TEST(to_hex(bytes.substr(4))
             == to_hex(hex("94 00 01 ab \"http.handle\" 84"
                           "a6 \"method\" a4 \"POST\" a3 \"uri\" a6 \"/a?b=c\""
                           "a7 \"headers\" 83 a4 \"host\" a4 \"h:80\""
                           "a6 \"accept\" a4 \"x, y\" a6 \"cookie\" a8 \"a=1; b=2\""
                           "a4 \"body\" c4 02 ff00")));
}

BOOST_AUTO_TEST_CASE(a_folk_answer_is_head_and_body) {
  folk w{1000};
  sent(w, payload_of(head, ""));
  // [1, 1, nil, {"status": 200, "headers": [], "body": bin}]
  BOOST_TEST(feed_one(w, hex("00000020 94 01 01 c0 83 a6 \"status\" cc c8"
                             "a7 \"headers\" 90 a4 \"body\" c4 02 ff0a"))
             == R"(end {"status":200,"headers":{}}|)" + hex("ff 0a"));
  sent(w, payload_of(head, ""));
  BOOST_TEST(feed_one(w, hex("00000006 94 01 02 c0 a1 \"x\""))
                 .starts_with("protocol_error: the answer to a web request"));
}

BOOST_AUTO_TEST_SUITE_END()
