#include "actors/basp/frame_reader.hpp"
#include "protocol/base/cluster_limits.hpp"
#include "tests/actors/basp/support_basp.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace basp_frames {

constexpr uint8_t server_handshake = 0;
constexpr uint8_t client_handshake = 1;
constexpr uint8_t direct = 2;
constexpr uint8_t routed = 3;
constexpr uint8_t monitor = 4;
constexpr uint8_t down = 5;
constexpr uint8_t heartbeat = 6;
constexpr uint8_t by_name = caf::io::basp::header::named_receiver_flag;
constexpr uint8_t selects = caf::io::basp::header::select_connection_flag;

const auto own = some_node(1);
const auto peer = some_node(2);
const auto third = some_node(3);

const uint64_t spawn_server = static_cast<uint64_t>(caf::atom("SpawnServ"));
const uint64_t config_server = static_cast<uint64_t>(caf::atom("ConfigServ"));

struct fixture {
  caf::actor_system_config cfg;
  caf::actor_system system{cfg};
  bounds limits{.most_in = 1000, .most_out = 1000, .contents = {"@str"}};
  frame_reader reader = make(origin::accepted);

  frame_reader make(origin end, std::string expected = {}) const {
    return frame_reader{{end, to_string(own), std::move(expected),
                         std::make_shared<const bounds>(limits)}};
  }

  raw_frame hello() const {
    return {.operation = client_handshake, .payload = spell(peer)};
  }
  raw_frame text(std::string x) {
    return {.operation = direct,
            .source = 5,
            .destination = 6,
            .payload = spell_message(system, x)};
  }

  /// Returns `pass` and `drop`, or the reason for which the frame is refused.
  std::string read(const raw_frame& f) {
    auto dropped = reader.dropped();
    auto bytes = f.bytes();
    std::string_view left = bytes;
    switch (reader.next(left)) {
      case frame_reader::step::frame:
        return left.empty() ? "pass" : "too early";
      case frame_reader::step::refused:
        return std::string{name_of(reader.filter().why())};
      default:
        return reader.dropped() > dropped ? "drop" : "wants more";
    }
  }

  void greet() { BOOST_REQUIRE(read(hello()) == "pass"); }
};

} // namespace basp_frames

BOOST_FIXTURE_TEST_SUITE(basp_frames, fixture)

BOOST_AUTO_TEST_CASE(who_dials_greets_twice_and_then_sends) {
  greet();
  BOOST_TEST(reader.filter().peer() == to_string(peer));
  auto again = hello();
  again.flags = selects;
  BOOST_TEST(read(again) == "pass");
  BOOST_TEST(read(text("Hi")) == "pass");
  BOOST_TEST(read({.operation = heartbeat}) == "pass");
  BOOST_TEST(read({.operation = monitor, .destination = 9, .payload = spell(peer, own)})
             == "pass");
  BOOST_TEST(read({.operation = down, .source = 9, .payload = spell(peer, own)})
             == "pass");
}

BOOST_AUTO_TEST_CASE(who_is_dialled_greets_once) {
  reader = make(origin::dialled, to_string(peer));
  raw_frame greeting{.operation = server_handshake, .data = 4, .payload = spell(peer)};
  BOOST_TEST(read(greeting) == "pass");
  BOOST_TEST(read(text("Hi")) == "pass");
  BOOST_TEST(read(greeting) == "not_basp");
}

BOOST_AUTO_TEST_CASE(nothing_comes_before_a_greeting_of_the_right_end) {
  BOOST_TEST(read(text("Hi")) == "not_basp");
  for (const raw_frame& f :
       {raw_frame{.operation = heartbeat},
        raw_frame{.operation = server_handshake, .data = 4, .payload = spell(peer)},
        raw_frame{.operation = routed, .destination = 1, .payload = spell(peer, own)}}) {
    reader = make(origin::accepted);
    BOOST_TEST(read(f) == "not_basp");
  }
  reader = make(origin::dialled);
  BOOST_TEST(read(hello()) == "not_basp");
}

BOOST_AUTO_TEST_CASE(a_greeting_has_a_payload_and_is_not_repeated) {
  BOOST_TEST(read({.operation = client_handshake}) == "not_basp");
  reader = make(origin::accepted);
  greet();
  BOOST_TEST(read(hello()) == "not_basp");
}

BOOST_AUTO_TEST_CASE(a_peer_is_the_one_that_is_expected_and_stays_it) {
  reader = make(origin::accepted, to_string(third));
  BOOST_TEST(read(hello()) == "wrong_node");
  reader = make(origin::accepted);
  auto mirror = hello();
  mirror.payload = spell(own);
  BOOST_TEST(read(mirror) == "wrong_node");
  reader = make(origin::accepted);
  greet();
  auto other = hello();
  other.flags = selects;
  other.payload = spell(third);
  BOOST_TEST(read(other) == "wrong_node");
}

BOOST_AUTO_TEST_CASE(a_peer_speaks_for_itself_and_to_this_node) {
  for (auto& nodes : {spell(third, own), spell(peer, third), std::string{"x"}}) {
    for (auto f : {raw_frame{.operation = monitor, .destination = 9},
                   raw_frame{.operation = down, .source = 9}}) {
      reader = make(origin::accepted);
      greet();
      f.payload = nodes;
      BOOST_TEST(read(f) == "wrong_node");
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_relayed) {
  greet();
  BOOST_TEST(read({.operation = routed,
                   .source = 5,
                   .destination = 6,
                   .payload = spell(third, own) + spell_message(system, "Hi")})
             == "drop");
  BOOST_TEST(read(text("Hi")) == "pass");
}

BOOST_AUTO_TEST_CASE(a_length_is_refused_before_any_byte_of_it_came) {
  auto claims = [&](raw_frame f, uint32_t length) {
    reader = make(origin::accepted);
    if (f.operation != client_handshake)
      greet();
    f.claims = length;
    return read(f);
  };
  raw_frame message{.operation = direct, .source = 1, .destination = 6};
  BOOST_TEST(claims(message, 1000) == "wants more");
  BOOST_TEST(claims(message, 1001) == "frame_too_long");
  BOOST_TEST(claims(message, 1U << 30) == "frame_too_long");
  BOOST_TEST(claims({.operation = client_handshake}, 1U << 30) == "frame_too_long");
  BOOST_TEST(claims({.operation = monitor, .destination = 9}, 5000) == "frame_too_long");
  BOOST_TEST(claims({.operation = down, .source = 9}, 5000) == "frame_too_long");
}

BOOST_AUTO_TEST_CASE(actors_are_not_reached_by_name) {
  // Each node of CAF asks this of each other one.
  greet();
  raw_frame question{.operation = direct,
                     .flags = by_name,
                     .source = 5,
                     .destination = spawn_server,
                     .payload = spell_message(system, 1)};
  BOOST_TEST(read(question) == "drop");
  BOOST_TEST(read(text("Hi")) == "pass");
  auto request = question;
  request.data = 1; // the number of a request
  BOOST_TEST(read(request) == "remote_spawn");
  reader = make(origin::accepted);
  greet();
  question.destination = config_server;
  BOOST_TEST(read(question) == "remote_spawn");
}

BOOST_AUTO_TEST_CASE(other_contents_than_those_expected_are_dropped) {
  greet();
  auto message = [&](std::string payload) {
    return read({.operation = direct,
                 .source = 5,
                 .destination = 6,
                 .payload = std::move(payload)});
  };
  BOOST_TEST(message(spell_message(system, int32_t{1})) == "drop");
  // It would end the actor that gets it.
  BOOST_TEST(
      message(spell_message(system, caf::exit_msg{{}, caf::exit_reason::user_shutdown}))
      == "drop");
  BOOST_TEST(message(spell_message(system, caf::make_message(caf::make_message(1))))
             == "drop");
  BOOST_TEST(message(std::string(1, '\1')) == "drop");
  BOOST_TEST(message("x") == "drop");
  BOOST_TEST(read(text("Hi")) == "pass");
}

BOOST_AUTO_TEST_CASE(whoever_goes_on_sending_what_is_dropped_is_refused) {
  greet();
  const raw_frame other{.operation = direct,
                        .source = 5,
                        .destination = 6,
                        .payload = spell_message(system, int32_t{1})};
  for (size_t i = 0; i < limits::peer_dropped; ++i)
    BOOST_REQUIRE(read(other) == "drop");
  BOOST_REQUIRE(read(text("Hi")) == "pass");
  BOOST_TEST(read(other) == "unexpected_frames");
}

BOOST_AUTO_TEST_CASE(a_peer_names_a_few_actors_and_no_more) {
  limits.introduction = "@str";
  reader = make(origin::accepted);
  greet();
  for (size_t i = 0; i < limits::peer_senders; ++i)
    BOOST_REQUIRE(read(text("this is one")) == "pass");
  BOOST_TEST(read(text("and this another")) == "drop");
}

BOOST_AUTO_TEST_CASE(a_peer_has_a_few_actors_that_send) {
  greet();
  auto message = text("Hi");
  for (size_t i = 0; i < limits::peer_senders; ++i) {
    message.source = i;
    BOOST_REQUIRE(read(message) == "pass");
  }
  BOOST_TEST(read(message) == "pass");
  message.source = limits::peer_senders;
  BOOST_TEST(read(message) == "too_many_senders");
}

BOOST_AUTO_TEST_CASE(frames_are_cut_the_same_however_they_come) {
  std::string bytes = hello().bytes();
  bytes += raw_frame{.operation = heartbeat}.bytes();
  bytes += text("one").bytes();
  bytes += raw_frame{.operation = routed, .destination = 6, .payload = "dropped"}.bytes();
  bytes += text("two").bytes();
  for (size_t size = 1; size <= bytes.size(); ++size) {
    reader = make(origin::accepted);
    std::string passed;
    for (size_t at = 0; at < bytes.size(); at += size) {
      auto piece = std::string_view{bytes}.substr(at, size);
      while (reader.next(piece) == frame_reader::step::frame)
        passed += std::to_string(reader.header()[0]) + ' '
                  + std::to_string(reader.payload().size()) + '\n';
      BOOST_REQUIRE(piece.empty());
    }
    auto length = std::to_string(text("one").payload.size());
    BOOST_REQUIRE(passed
                  == "1 " + std::to_string(spell(peer).size()) + "\n6 0\n2 " + length
                         + "\n2 " + length + '\n');
    BOOST_REQUIRE(reader.dropped() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(little_space_is_made_for_what_is_only_announced) {
  limits.most_in = 1U << 30;
  reader = make(origin::accepted);
  greet();
  raw_frame message{.operation = direct, .destination = 6, .claims = 1U << 30};
  BOOST_TEST(read(message) == "wants more");
  BOOST_TEST(reader.payload().capacity() <= 2u * 1024 * 1024);
}

BOOST_AUTO_TEST_CASE(the_bound_of_one_connection_grows_and_never_shrinks) {
  greet();
  raw_frame message{.operation = direct, .source = 1, .destination = 6, .claims = 5000};
  reader.expect(5000);
  reader.expect(10);
  BOOST_TEST(read(message) == "wants more");
  reader = make(origin::accepted);
  reader.expect(5000);
  greet();
  message.claims = 5001;
  BOOST_TEST(read(message) == "frame_too_long");
  reader = make(origin::accepted); // another connection
  greet();
  BOOST_TEST(read(message) == "frame_too_long");
}

BOOST_AUTO_TEST_SUITE_END()
