#include "protocol/wires/goridge.hpp"

#include "protocol/base/json_text.hpp"
#include "tests/protocol/hex.hpp"
#include "tests/protocol/speller.hpp"
#include "tests/protocol/support.hpp"

#include <cstring>

using namespace troupe;
using namespace troupe::wires;
using namespace std::chrono_literals;
using test::hex;
using test::to_hex;

namespace gf = goridge_frame;

namespace goridge_wire {

// Recorded from RoadRunner and its PHP worker.
const auto pid_to_worker =
    hex("13 09 0d 00 00 00 3a 6b fa cb 00 00") + R"({"pid":14572})";
const auto pid_of_worker =
    hex("13 01 0d 00 00 00 fb 20 8a fb 00 00") + R"({"pid":14574})";
const auto call_hello =
    hex("14 00 05 00 00 00 1c 11 5b 1e 00 00 | 00 00 00 00 \"hello\"");
const auto call_with_context =
    hex("14 00 0d 00 00 00 f3 39 ef db 00 00 | 09 00 00 00") + R"({"ctx":1}body)";
const auto error_boom = hex("13 40 04 00 00 00 88 1e 11 e3 00 00 \"boom\"");
const auto stop_order = hex("13 09 0d 00 00 00 3a 6b fa cb 00 00") + R"({"stop":true})";

std::string frame_of(uint8_t flags, uint8_t bits, std::optional<std::string_view> context,
                     std::string_view body) {
  std::string out;
  gf::append(out, flags, bits, context, body);
  return out;
}

struct fixture {
  explicit fixture(size_t most = 1000)
    : w(most) {}

  /// Returns the frames of the child's bytes, spelled.
  std::vector<std::string> feed(std::string_view bytes) {
    std::vector<wire_frame> found;
    w.feed(shared_bytes{std::string{bytes}}, found);
    std::vector<std::string> out;
    for (auto& f : found)
      out.push_back(std::visit(test::speller{}, f));
    return out;
  }
  std::string feed_one(std::string_view bytes) {
    auto found = feed(bytes);
    BOOST_TEST_REQUIRE(found.size() == 1u, to_hex(bytes));
    return found.front();
  }
  std::string call(std::string_view kind, std::string_view payload, slot_id id = {0, 1},
                   bool in_parts = false) {
    std::string out;
    auto sent = w.send_call(out, id, kind, payload, {1s, in_parts});
    BOOST_TEST(out.empty() == !sent);
    return sent ? out : to_string(sent.error().what) + ": " + sent.error().message;
  }
  /// Sends a call whose caller takes the answer in parts.
  void stream(std::string_view payload) { call("k", payload, {0, 1}, true); }
  /// Returns what the caller gets of a body that the worker answers to `payload`.
  std::string result(std::string_view payload, std::string_view body, uint8_t flags = 0) {
    call("k", payload);
    auto spelled = feed_one(frame_of(flags, 0, "", body));
    BOOST_TEST_REQUIRE(spelled.starts_with("answer 0.1 "), spelled);
    return spelled.substr(std::strlen("answer 0.1 "));
  }

  goridge w;
};

} // namespace goridge_wire

BOOST_FIXTURE_TEST_SUITE(goridge_wire, fixture)

BOOST_AUTO_TEST_CASE(the_node_greets_with_its_pid) {
  std::string out;
  w.send_handshake(out, {"n", "p", "p.0", 1, 14572});
  BOOST_TEST(to_hex(out) == to_hex(pid_to_worker));
}

BOOST_AUTO_TEST_CASE(a_worker_is_ready_when_it_tells_its_pid) {
  BOOST_TEST(feed_one(pid_of_worker) == "ready / window=1 cancel");
  BOOST_TEST(feed_one(pid_of_worker) == "nothing 1"); // it is ready only once
}

BOOST_AUTO_TEST_CASE(a_pid_may_come_under_any_codec) {
  for (uint8_t codec :
       std::initializer_list<uint8_t>{0x00, 0x04, 0x08, 0x10, 0x20, 0x80}) {
    fixture f;
    BOOST_TEST(f.feed_one(frame_of(static_cast<uint8_t>(gf::control | codec), 0,
                                   std::nullopt, R"({"pid":7})"))
               == "ready / window=1 cancel");
  }
}

BOOST_AUTO_TEST_CASE(a_handshake_without_a_pid_is_refused) {
  for (auto text : {"{}", "[1]", "pid", R"({"pid":"x"})", ""}) {
    fixture f;
    BOOST_TEST(f.feed_one(frame_of(gf::control, 0, std::nullopt, text))
                   .starts_with("refused handshake_failed: "),
               text);
  }
  BOOST_TEST(feed_one(frame_of(gf::error, 0, std::nullopt, "no luck"))
             == "refused handshake_failed: the worker refused: no luck");
}

BOOST_AUTO_TEST_CASE(a_string_goes_as_its_bytes) {
  BOOST_TEST(to_hex(call("k", R"("hello")")) == to_hex(call_hello));
  BOOST_TEST(call("k", R"("a\n\u00e9")").substr(16) == "a\n\xc3\xa9");
}

BOOST_AUTO_TEST_CASE(anything_else_goes_as_its_json_text) {
  for (auto text : {R"({"a":[1,2]})", "[1, 2]", "5", "null", "true"})
    BOOST_TEST(call("k", text).substr(16) == text);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_go_as_base64) {
  BOOST_TEST(to_hex(call("k", R"({"$base64":"/wD+"})").substr(16)) == "ff00fe");
  // What only looks like it is JSON as any other.
  for (auto text :
       {R"({"$base64":"/wD"})", R"({"$base64":1})", R"({"$base64":"","a":1})"})
    BOOST_TEST(call("k", text).substr(16) == text);
}

BOOST_AUTO_TEST_CASE(a_raw_call_sets_context_and_body) {
  BOOST_TEST(to_hex(call("raw", R"({"context":{"ctx":1},"body":"body"})"))
             == to_hex(call_with_context));
  BOOST_TEST(to_hex(call("raw", R"({"body":"hello"})")) == to_hex(call_hello));
  for (auto text : {"5", R"("x")", R"({"body":1,"other":2})"})
    BOOST_TEST(call("raw", text).starts_with("bad_request: payload: "), text);
}

BOOST_AUTO_TEST_CASE(a_raw_answer_has_both_parts_in_the_form_of_the_call) {
  call("raw", R"({"context":{},"body":"x"})");
  BOOST_TEST(feed_one(frame_of(0, 0, R"({"status":200})", "<p>"))
             == R"(answer 0.1 {"context":{"status":200},"body":"<p>"})");
  call("raw", R"({"body":[]})");
  BOOST_TEST(feed_one(frame_of(0, 0, "c", "[1]"))
             == R"(answer 0.1 {"context":"c","body":[1]})");
}

BOOST_AUTO_TEST_CASE(an_answer_has_the_form_of_its_call) {
  BOOST_TEST(result(R"("text")", R"({"a":1})") == R"("{\"a\":1}")");
  BOOST_TEST(result(R"({})", R"({"a":1})") == R"({"a":1})");
  BOOST_TEST(result("null", "5") == "5");
  BOOST_TEST(result("null", "plain words") == R"("plain words")");
  BOOST_TEST(result("null", "") == R"("")");
  BOOST_TEST(result(R"("text")", hex("ff00")) == R"({"$base64":"/wA="})");
}

BOOST_AUTO_TEST_CASE(the_bits_of_the_codec_are_those_of_the_context) {
  BOOST_TEST(result(R"("text")", "[1]", gf::json) == R"("[1]")");
  call("raw", R"({"context":"c","body":"x"})");
  BOOST_TEST(feed_one(frame_of(gf::json, 0, R"({"status":200})", "[1]"))
             == R"(answer 0.1 {"context":{"status":200},"body":"[1]"})");
  // One that says that it is JSON is believed, as far as it is.
  call("raw", R"({"context":"c","body":"x"})");
  BOOST_TEST(feed_one(frame_of(gf::json, 0, "[1", "b"))
             == R"(answer 0.1 {"context":"[1","body":"b"})");
}

BOOST_AUTO_TEST_CASE(an_answer_fits_into_one_line_of_a_client) {
  BOOST_TEST(result("{}", "{\n  \"a\":\r\n1}") == R"({   "a":  1})");
}

BOOST_AUTO_TEST_CASE(answers_with_and_without_options_are_understood) {
  call("k", "\"x\"");
  BOOST_TEST(feed_one(frame_of(0, 0, std::nullopt, "plain")) == R"(answer 0.1 "plain")");
  call("k", "\"x\"");
  BOOST_TEST(feed_one(frame_of(0, 0, "context", "body")) == R"(answer 0.1 "body")");
}

BOOST_AUTO_TEST_CASE(more_options_than_the_first_are_passed_over) {
  call("k", "\"x\"");
  // A head of 15 words: refused. One of 13 has its ten options.
  auto frame = hex("1d 00 01 00 00 00 00000000 00 00") + std::string(40, '\0') + "b";
  // The checksum is that of the first six bytes.
  auto sum = hex("00000000");
  for (uint32_t i = 0, crc = ~0U; i < 6; ++i) {
    crc ^= static_cast<uint8_t>(frame[i]);
    for (int bit = 0; bit < 8; ++bit)
      crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320U : 0);
    for (uint32_t byte = 0; byte < 4; ++byte)
      sum[byte] = static_cast<char>(~crc >> 8 * byte);
  }
  frame.replace(6, 4, sum);
  BOOST_TEST(feed_one(frame) == R"(answer 0.1 "b")");
}

BOOST_AUTO_TEST_CASE(an_error_answer_is_the_workers_and_the_worker_stays) {
  feed(pid_of_worker);
  call("k", "\"x\"");
  BOOST_TEST(feed_one(error_boom).find(R"("message":"boom")") != std::string::npos);
  call("k", "\"x\"", {0, 2});
  auto text = feed_one(frame_of(gf::error, 0, "ctx", "again"));
  BOOST_TEST(text.starts_with("answer 0.2 "), text);
  BOOST_TEST(text.find(R"("code":"worker_error","message":"again")") != std::string::npos,
             text);
}

BOOST_AUTO_TEST_CASE(a_worker_is_told_to_stop_before_anything_is_closed) {
  std::string out;
  w.send_stop(out, "reason", 1s);
  BOOST_TEST(to_hex(out) == to_hex(stop_order));
  BOOST_TEST(!w.stop_closes_input());
}

BOOST_AUTO_TEST_CASE(a_worker_that_answers_stop_is_retired_and_its_call_goes_elsewhere) {
  call("k", "\"x\"", {0, 3});
  BOOST_TEST(feed_one(frame_of(0, 0, R"({"stop":true})", "")) == "retire 0.3");
  for (auto context : {R"({"stop":false})", "stop", R"({"a":1})"}) {
    call("k", "\"x\"", {0, 4});
    BOOST_TEST(feed_one(frame_of(0, 0, context, "")) == R"(answer 0.4 "")", context);
  }
  call("k", "\"x\"", {0, 5});
  BOOST_TEST(feed_one(frame_of(0, 0, R"({"stop":true})", "b")) == R"(answer 0.5 "b")");
}

BOOST_AUTO_TEST_CASE(a_word_to_stop_after_an_answer_is_a_retirement) {
  feed(pid_of_worker);
  auto word = frame_of(0, 0, R"({"stop":true})", "");
  call("k", "\"x\"");
  auto found = feed(frame_of(0, 0, "", "a") + word);
  BOOST_TEST_REQUIRE(found.size() == 2u);
  BOOST_TEST(found[0] == R"(answer 0.1 "a")");
  BOOST_TEST(found[1] == "retire");
  BOOST_TEST(feed_one(word) == "retire");
  BOOST_TEST(
      feed_one(frame_of(gf::control | gf::json, 0, std::nullopt, R"({"stop":true})"))
      == "retire");
  // It came before the worker read the next call, so that one did not run.
  call("k", "\"x\"", {0, 2});
  BOOST_TEST(feed_one(word) == "retire 0.2");
}

BOOST_AUTO_TEST_CASE(parts_are_one_body_for_a_caller_that_wants_none) {
  call("k", "\"x\"");
  BOOST_TEST(feed(frame_of(0, gf::stream, "", "one,")).empty());
  BOOST_TEST(feed(frame_of(0, gf::stream, "", "two,")).empty());
  BOOST_TEST(feed_one(frame_of(0, 0, "", "end")) == R"(answer 0.1 "one,two,end")");
  call("raw", R"({"context":"c","body":{}})");
  feed(frame_of(0, gf::stream, R"({"status":200})", "[1,"));
  BOOST_TEST(feed_one(frame_of(gf::json, 0, "", "2]"))
             == R"(answer 0.1 {"context":{"status":200},"body":[1,2]})");
  // An error takes the place of the parts before it, and the next call begins anew.
  call("k", "\"x\"");
  feed(frame_of(0, gf::stream, "", "one"));
  BOOST_TEST(feed_one(frame_of(gf::error, 0, "", "boom")).find("one")
             == std::string::npos);
  BOOST_TEST(result("\"x\"", "b") == R"("b")");
}

BOOST_AUTO_TEST_CASE(joined_parts_are_no_longer_than_a_frame_may_be) {
  call("k", "\"x\"");
  feed(frame_of(0, gf::stream, "", std::string(600, 'm')));
  fixture other;
  other.call("k", "\"x\"");
  other.feed(frame_of(0, gf::stream, "", std::string(600, 'm')));
  BOOST_TEST(feed_one(frame_of(0, 0, "", std::string(400, 'm'))).starts_with("answer "));
  BOOST_TEST(other.feed_one(frame_of(0, 0, "", std::string(401, 'm')))
             == "broken the parts of an answer are longer together than max_frame");
}

BOOST_AUTO_TEST_CASE(a_joined_stream_can_be_cancelled_too) {
  call("k", "\"x\"");
  feed(frame_of(0, gf::stream, "", "one"));
  std::string out;
  BOOST_TEST(w.send_cancel(out, {0, 1}));
}

BOOST_AUTO_TEST_CASE(parts_of_a_stream_are_chunks_and_the_last_frame_is_the_answer) {
  stream("\"x\"");
  BOOST_TEST(feed_one(frame_of(0, gf::stream, "", "one")) == R"(chunk 0.1 "one")");
  BOOST_TEST(feed_one(frame_of(0, gf::stream, "", "two")) == R"(chunk 0.1 "two")");
  BOOST_TEST(feed_one(frame_of(0, 0, "", "end")) == R"(answer 0.1 "end")");
}

BOOST_AUTO_TEST_CASE(a_ping_is_answered_with_a_pong) {
  stream("\"x\"");
  auto found = feed(frame_of(0, gf::stream | gf::ping, "", "part"));
  BOOST_TEST_REQUIRE(found.size() == 2u);
  BOOST_TEST(found[0] == "reply " + frame_of(0, gf::pong, std::nullopt, ""));
  BOOST_TEST(found[1] == R"(chunk 0.1 "part")");
  BOOST_TEST(feed_one(frame_of(0, gf::ping, std::nullopt, "")).starts_with("reply "));
  BOOST_TEST(feed_one(frame_of(0, gf::pong, std::nullopt, "")) == "nothing 1");
}

BOOST_AUTO_TEST_CASE(only_a_call_that_streams_can_be_cancelled) {
  feed(pid_of_worker);
  std::string out;
  BOOST_TEST(!w.send_cancel(out, {0, 1}));
  stream("\"x\"");
  BOOST_TEST(!w.send_cancel(out, {0, 1}));
  feed(frame_of(0, gf::stream, "", "one"));
  BOOST_TEST(!w.send_cancel(out, {0, 2}));
  BOOST_TEST(out.empty());
  BOOST_TEST(w.send_cancel(out, {0, 1}));
  auto word = frame_of(0, gf::stop, "", "");
  BOOST_TEST(to_hex(out.substr(0, word.size())) == to_hex(word));
  BOOST_TEST(feed_one(frame_of(0, gf::stream, "", "two")) == R"(chunk 0.1 "two")");
  // It is known to have read the word when it has told its pid.
  BOOST_TEST(feed(frame_of(0, 0, "", "")).empty());
  BOOST_TEST(feed_one(pid_of_worker) == R"(answer 0.1 "")");
}

BOOST_AUTO_TEST_CASE(an_answer_that_no_call_waits_for_loses_the_conversation) {
  call("k", "\"x\"");
  auto twice = frame_of(0, 0, "", "a") + frame_of(0, 0, "", "b");
  auto found = feed(twice);
  BOOST_TEST_REQUIRE(found.size() == 2u);
  BOOST_TEST(found[0] == R"(answer 0.1 "a")");
  BOOST_TEST(found[1].starts_with("broken "));
  BOOST_TEST(feed(twice).empty()); // nothing is believed any more
}

BOOST_AUTO_TEST_CASE(any_chunking_gives_the_same_frames) {
  auto bytes = pid_of_worker + frame_of(0, gf::stream, "c", "one")
               + frame_of(gf::error, 0, std::nullopt, std::string(300, 'e'));
  auto read = [](const std::vector<std::string>& pieces) {
    fixture f;
    f.stream("\"x\"");
    std::vector<std::string> out;
    for (auto& p : pieces)
      for (auto& spelled : f.feed(p))
        out.push_back(spelled);
    return out;
  };
  auto expected = read({bytes});
  BOOST_TEST(expected.size() == 3u);
  test::for_each_cut(bytes, [&](const std::vector<std::string>& pieces) {
    BOOST_TEST(read(pieces) == expected, boost::test_tools::per_element());
  });
}

BOOST_AUTO_TEST_CASE(one_wrong_bit_in_a_head_is_noticed) {
  for (size_t bit = 0; bit < 10 * 8; ++bit) {
    auto bytes = frame_of(0, 0, "", "body");
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    fixture f;
    f.call("k", "\"x\"");
    BOOST_TEST(f.feed_one(bytes + std::string(200, '\0')).starts_with("broken "), bit);
  }
}

BOOST_AUTO_TEST_CASE(the_longest_frame_passes_and_one_byte_more_does_not) {
  std::string most(1000, 'm');
  BOOST_TEST(result("\"x\"", most) == '"' + most + '"');
  call("k", "\"x\"");
  BOOST_TEST(feed_one(frame_of(0, 0, "", most + "m"))
             == "broken a frame of 1001 bytes is longer than max_frame");
  fixture other;
  BOOST_TEST(other.call("k", '"' + most + '"').size() == 1016u);
  BOOST_TEST(other.call("k", '"' + most + "m\"").starts_with("payload_too_large: "));
}

BOOST_AUTO_TEST_CASE(what_php_says_when_it_finds_no_script_is_shown) {
  std::string text = "Could not open input file: worker.php\nmore";
  test::for_each_cut(text, [&](const std::vector<std::string>& pieces) {
    fixture f;
    std::vector<std::string> found;
    for (auto& p : pieces)
      for (auto& spelled : f.feed(p))
        found.push_back(spelled);
    BOOST_TEST_REQUIRE(found.size() == 1u);
    BOOST_TEST(found[0] == "broken Could not open input file: worker.php");
  });
}

BOOST_AUTO_TEST_CASE(other_output_is_shown_where_it_is_text) {
  BOOST_TEST(feed_one("Warning: headers\nmore")
             == "broken expected a goridge frame, not 'Warning: headers'");
  fixture other;
  BOOST_TEST(other.feed_one(hex("ff00"))
             == "broken expected a goridge frame, not a byte 255");
}

BOOST_AUTO_TEST_CASE(a_context_longer_than_its_payload_is_noticed) {
  call("k", "\"x\"");
  auto bytes = frame_of(0, 0, "", "body");
  bytes[12] = 5; // the option is not part of the checksum
  BOOST_TEST(feed_one(bytes).starts_with("broken "));
}

BOOST_AUTO_TEST_CASE(a_worker_is_told_what_it_talks_through) {
  config::pool pool;
  pool.name = "http";
  variables env;
  goridge::set_environment(pool, env);
  BOOST_TEST(env["RR_RELAY"] == "pipes");
  BOOST_TEST(env["RR_MODE"] == "http");
  BOOST_TEST(!env["RR_VERSION"].empty());
  BOOST_TEST(env["RR_RPC"] == "tcp://127.0.0.1:6001");
  pool.transport = config::transport::unix_socket;
  goridge::set_environment(pool, env);
  BOOST_TEST(env["RR_RELAY"] == "unix://{socket}");
  pool.transport = config::transport::tcp;
  goridge::set_environment(pool, env);
  BOOST_TEST(env["RR_RELAY"] == "tcp://{socket}");
}

BOOST_AUTO_TEST_SUITE_END()
