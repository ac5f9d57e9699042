#include "broker/front/websocket.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace troupe::websocket;

namespace {

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

  std::optional<status> feed(std::string_view bytes) {
    return from.feed(bytes, [this](opcode what, std::string message) {
      got.emplace_back(what, std::move(message));
    });
  }
};

} // namespace

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

BOOST_AUTO_TEST_CASE(what_is_against_the_protocol_ends_the_connection) {
  auto verdict = [](const std::string& bytes) {
    listener l;
    return l.feed(bytes);
  };
  BOOST_TEST(
      (verdict(std::string{"\x81\x02hi", 4}) == status::protocol_error)); // no mask
  BOOST_TEST((verdict(masked(0xC1, "x")) == status::protocol_error));     // an extension
  BOOST_TEST((verdict(masked(0x80, "x")) == status::protocol_error));     // nothing begun
  BOOST_TEST((verdict(masked(0x01, "x") + masked(0x81, "y")) == status::protocol_error));
  BOOST_TEST((verdict(masked(0x09, "x")) == status::protocol_error)); // a ping in parts
  BOOST_TEST((verdict(masked(0x83, "x")) == status::protocol_error)); // unknown
  BOOST_TEST((verdict(masked(0x81, "\xFF")) == status::not_utf8));
  BOOST_TEST((verdict(masked(0x82, std::string(1001, 'x'))) == status::too_large));
  BOOST_TEST(
      (verdict(masked(0x02, std::string(600, 'x')) + masked(0x80, std::string(600, 'x')))
       == status::too_large));
}

BOOST_AUTO_TEST_CASE(frames_for_clients_have_the_right_length) {
  for (size_t n : {0u, 125u, 126u, 65535u, 65536u}) {
    std::string out;
    append_frame(out, opcode::text, std::string(n, 'x'));
    BOOST_TEST(out.size() == n + (n < 126 ? 2 : n < 65536 ? 4 : 10));
  }
}

BOOST_AUTO_TEST_SUITE_END()
