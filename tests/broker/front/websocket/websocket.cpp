#include "broker/front/websocket/websocket.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace troupe::front::websocket;

namespace websocket_frames {

std::string masked(int first, std::string_view payload) {
  std::string out{static_cast<char>(first)};
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    out += static_cast<char>(0x80 | 126);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size() & 0xFF);
  }
  const std::string mask = "\x01\x82\x43\x24";
  out += mask;
  for (size_t i = 0; i < payload.size(); ++i)
    out += static_cast<char>(payload[i] ^ mask[i % 4]);
  return out;
}

struct listener {
  std::vector<std::pair<opcode, std::string>> got;
  reader from{1000};

  /// Returns why the connection must be closed, if it must.
  std::optional<status> feed(std::string_view bytes) {
    auto taken = from.feed(bytes, [this](opcode what, std::string message) {
      got.emplace_back(what, std::move(message));
    });
    return taken ? std::nullopt : std::optional{taken.error()};
  }
};

} // namespace websocket_frames

BOOST_AUTO_TEST_SUITE(websocket_frames)

BOOST_AUTO_TEST_CASE(the_handshake_is_that_of_the_standard) {
  BOOST_TEST(accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

BOOST_AUTO_TEST_CASE(frames_are_cut_wherever_the_bytes_end) {
  auto bytes = masked(0x81, "hello") + masked(0x82, std::string(300, 'x'));
  listener l;
  for (char c : bytes)
    BOOST_TEST(!l.feed({&c, 1}));
  BOOST_REQUIRE(l.got.size() == 2u);
  BOOST_TEST(l.got[0].second == "hello");
  BOOST_TEST((l.got[1].first == opcode::binary));
  BOOST_TEST(l.got[1].second.size() == 300u);
}

BOOST_AUTO_TEST_CASE(fragments_make_one_message_with_controls_between_them) {
  listener l;
  BOOST_TEST(!l.feed(masked(0x01, "one ") + masked(0x89, "ping") + masked(0x80, "two")));
  BOOST_REQUIRE(l.got.size() == 2u);
  BOOST_TEST(l.got[0].second == "ping");
  BOOST_TEST(l.got[1].second == "one two");
}

BOOST_AUTO_TEST_CASE(a_close_frame_says_why_in_as_many_whole_characters_as_fit) {
  auto closed = [](std::string_view reason) {
    std::string out;
    append_close(out, status::internal_error, reason);
    return out;
  };
  const std::string code = "\x03\xF3"; // 1011
  BOOST_TEST(closed({}) == "\x88\x02" + code);
  BOOST_TEST(closed("no such node") == "\x88\x0E" + code + "no such node");
  const std::string most(122, 'x');
  BOOST_TEST(closed(most + "yz") == "\x88\x7D" + code + most + "y");
  BOOST_TEST(closed(most + "é") == "\x88\x7C" + code + most);
  BOOST_TEST(closed("half \xC3") == "\x88\x02" + code);
}

BOOST_AUTO_TEST_CASE(what_is_against_the_protocol_ends_the_connection) {
  auto stop_cause = [](const std::string& bytes) {
    listener l;
    return l.feed(bytes);
  };
  BOOST_TEST(
      (stop_cause(std::string{"\x81\x02hi", 4}) == status::protocol_error)); // no mask
  BOOST_TEST((stop_cause(masked(0xC1, "x")) == status::protocol_error)); // an extension
  BOOST_TEST((stop_cause(masked(0x80, "x")) == status::protocol_error)); // nothing begun
  BOOST_TEST(
      (stop_cause(masked(0x01, "x") + masked(0x81, "y")) == status::protocol_error));
  BOOST_TEST(
      (stop_cause(masked(0x09, "x")) == status::protocol_error)); // a ping in parts
  BOOST_TEST((stop_cause(masked(0x83, "x")) == status::protocol_error)); // unknown
  BOOST_TEST((stop_cause(masked(0x81, "\xFF")) == status::not_utf8));
  // The shortest form of a length is the only one.
  BOOST_TEST((stop_cause(std::string{"\x82\xFE\x00\x05", 4} + "mask" + "hello")
              == status::protocol_error));
  BOOST_TEST((stop_cause(std::string{"\x82\xFF\x00\x00\x00\x00\x00\x00\x00\x80", 10})
              == status::protocol_error));
  BOOST_TEST((stop_cause(std::string{"\x82\xFF\x80\x00\x00\x00\x00\x00\x00\x00", 10})
              == status::protocol_error));
  BOOST_TEST((stop_cause(masked(0x82, std::string(1001, 'x'))) == status::too_large));
  BOOST_TEST((stop_cause(masked(0x02, std::string(600, 'x'))
                         + masked(0x80, std::string(600, 'x')))
              == status::too_large));
}

BOOST_AUTO_TEST_CASE(a_close_frame_has_a_code_that_may_be_sent_and_a_reason_in_utf_8) {
  auto stop_cause = [](int code, std::string_view reason) {
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    listener l;
    auto wrong = l.feed(masked(0x88, payload + std::string{reason}));
    BOOST_TEST(l.got.size() == (wrong ? 0u : 1u));
    return wrong;
  };
  for (int good : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
                   3000, 3999, 4000, 4999})
    BOOST_TEST(!stop_cause(good, "bye"), good);
  for (int bad : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    BOOST_TEST((stop_cause(bad, "") == status::protocol_error), bad);
  BOOST_TEST((stop_cause(1000, "\xFF") == status::not_utf8));
  BOOST_TEST((stop_cause(1000, "\xED\xA0\x80") == status::not_utf8)); // a surrogate
  BOOST_TEST(!stop_cause(1000, "\xC3\xBC"));
  listener half;
  BOOST_TEST((half.feed(masked(0x88, "x")) == status::protocol_error));
  listener empty;
  BOOST_TEST(!empty.feed(masked(0x88, "")));
  BOOST_TEST(empty.got.size() == 1u);
}

BOOST_AUTO_TEST_CASE(nothing_is_taken_after_a_close_frame) {
  listener l;
  BOOST_TEST(!l.feed(masked(0x88, "") + masked(0x81, "late") + masked(0x89, "ping")));
  BOOST_TEST(!l.feed(masked(0x81, "later") + "no frame at all"));
  BOOST_TEST(l.got.size() == 1u);
}

BOOST_AUTO_TEST_CASE(frames_for_clients_have_the_right_length) {
  for (size_t n : {0u, 125u, 126u, 65535u, 65536u}) {
    std::string out;
    append_frame(out, opcode::text, std::string(n, 'x'));
    BOOST_TEST(out.size() == n + (n < 126 ? 2 : n < 65536 ? 4 : 10));
  }
}

BOOST_AUTO_TEST_SUITE_END()
