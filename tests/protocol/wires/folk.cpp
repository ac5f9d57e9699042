#include "protocol/wires/folk.hpp"

#include "tests/protocol/hex.hpp"
#include "tests/protocol/speller.hpp"
#include "tests/protocol/support.hpp"

using namespace troupe;
using namespace troupe::wires;
using namespace std::chrono_literals;
using test::hex;
using test::to_hex;

namespace folk_wire {

// Recorded from Folk and its PHP worker.
const auto ready = hex("00000018 93 02 ad \"control.ready\" 81 a3 \"pid\" cd3b9a");
const auto request = hex("0000000b 94 00 01 a4 \"echo\" a2 \"hi\"");
const auto answer_hi = hex("00000007 94 01 01 c0 a2 \"hi\"");

/// Returns a frame of this message.
std::string framed(std::string_view message) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(message.size() >> shift & 0xFF);
  return out + std::string{message};
}

/// The recorded error answer; without its length, which was not recorded.
std::string error_answer(int id) {
  return framed(hex("94 01") + static_cast<char>(id)
                + hex("82 a4 \"code\" d180a5 a7 \"message\" a4 \"boom\" c0"));
}

struct fixture {
  explicit fixture(size_t most = 1000)
    : w(most) {}

  std::vector<std::string> feed(std::string_view bytes, bool control = false) {
    std::vector<wire_frame> found;
    shared_bytes s{std::string{bytes}};
    control ? w.feed_control(s, found) : w.feed(s, found);
    std::vector<std::string> out;
    for (auto& f : found)
      out.push_back(std::visit(test::speller{}, f));
    return out;
  }
  std::string feed_one(std::string_view bytes, bool control = false) {
    auto found = feed(bytes, control);
    BOOST_TEST_REQUIRE(found.size() == 1u, to_hex(bytes));
    return found.front();
  }
  std::string call(std::string_view kind, std::string_view payload, slot_id id = {0, 1}) {
    std::string out;
    auto sent = w.send_call(out, id, kind, payload, 1s);
    BOOST_TEST(out.empty() == !sent);
    return sent ? out : to_string(sent.error().what) + ": " + sent.error().message;
  }

  folk w;
};

} // namespace folk_wire

BOOST_FIXTURE_TEST_SUITE(folk_wire, fixture)

BOOST_AUTO_TEST_CASE(the_node_has_nothing_to_say_until_the_worker_is_ready) {
  std::string out;
  w.send_handshake(out, {"n", "p", "p.0", 1, 1});
  BOOST_TEST(out.empty());
  BOOST_TEST(feed_one(ready, true) == "ready / window=0");
}

BOOST_AUTO_TEST_CASE(a_call_is_a_request_whose_method_is_its_kind) {
  BOOST_TEST(to_hex(call("echo", "\"hi\"")) == to_hex(request));
  BOOST_TEST(to_hex(call(R"(a\"b)", "{}"))
             == to_hex(framed(hex("94 00 02 a3 \"a\" 22 \"b\" 80"))));
}

BOOST_AUTO_TEST_CASE(an_answer_finds_its_call_by_its_number) {
  call("a", "1", {0, 7});
  call("b", "2", {1, 9});
  BOOST_TEST(feed_one(framed(hex("94 01 02 c0 c3"))) == "answer 1.9 true");
  BOOST_TEST(feed_one(answer_hi) == "answer 0.7 \"hi\"");
}

BOOST_AUTO_TEST_CASE(an_answer_of_no_number_in_use_is_nobodys) {
  call("a", "1");
  BOOST_TEST(feed_one(framed(hex("94 01 02 c0 c3"))) == "unknown");
  BOOST_TEST(feed_one(framed(hex("94 01 a1 \"x\" c0 c3"))) == "unknown");
  BOOST_TEST(feed_one(framed(hex("94 01 ff c0 c3"))) == "unknown");
  BOOST_TEST(feed_one(framed(hex("94 01 cf0000000100000001 c0 c3"))) == "unknown");
  BOOST_TEST(feed_one(answer_hi) == "answer 0.1 \"hi\"");
  BOOST_TEST(feed_one(answer_hi) == "unknown"); // a second time
}

BOOST_AUTO_TEST_CASE(an_error_is_the_workers) {
  call("a", "1");
  auto text = feed_one(error_answer(1));
  BOOST_TEST(
      text.starts_with("answer 0.1 {\"code\":\"worker_error\",\"message\":\"boom\""),
      text);
  BOOST_TEST(text.find("\"worker_code\":-32603") != std::string::npos, text);
  call("a", "1", {0, 2});
  text = feed_one(framed(hex("94 01 02 a4 \"text\" c0")));
  BOOST_TEST(text.find("\"message\":\"text\"") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(an_answer_may_have_what_json_has_not) {
  call("a", "1");
  BOOST_TEST(feed_one(framed(hex("94 01 01 c0 82 c0 01 05 c4 01 ff")))
             == R"(answer 0.1 {"null":1,"5":{"$base64":"/w=="}})");
}

BOOST_AUTO_TEST_CASE(other_notifications_are_events) {
  BOOST_TEST(feed_one(framed(hex("93 02 a1 \"e\" 91 05")), true)
             == R"(event {"method":"e","params":[5]})");
  BOOST_TEST(feed_one(framed(hex("93 02 a1 \"e\" c0")))
             == R"(event {"method":"e","params":null})");
  // Being ready is told on the control socket alone.
  BOOST_TEST(feed_one(ready).starts_with("event "));
}

BOOST_AUTO_TEST_CASE(a_worker_that_asks_is_told_that_there_is_nothing_to_ask) {
  auto text = feed_one(framed(hex("94 00 05 a1 \"m\" c0")));
  BOOST_TEST_REQUIRE(text.starts_with("reply "));
  auto expected = framed(hex("94 01 05 82 a4 \"code\" d180a7 a7 \"message\" ae"
                             "\"no such method\" c0"));
  BOOST_TEST(to_hex(text.substr(6)) == to_hex(expected));
}

BOOST_AUTO_TEST_CASE(a_frame_that_is_no_message_is_stray_and_the_next_is_read) {
  for (auto bytes : {"c1", "01", "91 01", "94 03 01 c0 c0", "93 01 01 c0", "92 02 a0",
                     "94 01 01 c0", "94 01 01 c0 c0 c0", "95 01 01 c0 c0 c0"})
    BOOST_TEST(feed_one(framed(hex(bytes))).starts_with("stray "), bytes);
  call("a", "1");
  BOOST_TEST(feed_one(answer_hi) == "answer 0.1 \"hi\"");
}

BOOST_AUTO_TEST_CASE(a_length_out_of_range_loses_the_conversation) {
  BOOST_TEST(feed_one(hex("00000000"))
             == "broken a frame of 0 bytes: expected 1 to 1000");
  BOOST_TEST(feed(answer_hi).empty());
  fixture text;
  BOOST_TEST(text.feed_one("Warning: x").starts_with("broken "));
  fixture control;
  BOOST_TEST(control.feed_one("Warning: x", true).starts_with("broken control socket: "));
}

BOOST_AUTO_TEST_CASE(the_longest_frame_passes_and_one_byte_more_does_not) {
  call("a", "1");
  auto answer = hex("94 01 01 c0 da 03e1") + std::string(993, 'm');
  BOOST_TEST_REQUIRE(answer.size() == 1000u);
  BOOST_TEST(feed_one(framed(answer)) == "answer 0.1 \"" + std::string(993, 'm') + '"');
  BOOST_TEST(feed_one(framed(answer + "m"))
             == "broken a frame of 1001 bytes: expected 1 to 1000");
  fixture other;
  auto most = '"' + std::string(992, 'm') + '"'; // and 8 bytes around it
  BOOST_TEST(other.call("k", most).size() == 1004u);
  BOOST_TEST(other.call("kk", most).starts_with("payload_too_large: "));
}

BOOST_AUTO_TEST_CASE(any_chunking_gives_the_same_frames) {
  auto bytes =
      answer_hi + framed(hex("c1")) + error_answer(2) + framed(hex("93 02 a1 \"e\" c0"));
  auto read = [](const std::vector<std::string>& pieces) {
    fixture f;
    f.call("a", "1", {0, 1});
    f.call("b", "2", {1, 1});
    std::vector<std::string> out;
    for (auto& p : pieces)
      for (auto& spelled : f.feed(p))
        out.push_back(spelled);
    return out;
  };
  auto expected = read({bytes});
  BOOST_TEST(expected.size() == 4u);
  test::for_each_cut(bytes, [&](const std::vector<std::string>& pieces) {
    BOOST_TEST(read(pieces) == expected, boost::test_tools::per_element());
  });
}

BOOST_AUTO_TEST_CASE(nothing_but_the_end_of_its_input_stops_a_worker) {
  std::string out;
  w.send_stop(out, "reason", 1s);
  BOOST_TEST(out.empty());
  BOOST_TEST(w.stop_closes_input());
}

BOOST_AUTO_TEST_CASE(a_worker_is_told_its_descriptors) {
  variables env;
  folk::set_environment({}, env);
  BOOST_TEST(env["FOLK_RUNTIME"] == "pipe");
  BOOST_TEST(env["FOLK_TASK_FD"] == "3");
  BOOST_TEST(env["FOLK_CONTROL_FD"] == "4");
}

BOOST_AUTO_TEST_SUITE_END()
