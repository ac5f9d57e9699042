#include "tests/actors/basp/support_basp.hpp"

#include <caf/io/middleman.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

using namespace troupe;
using namespace troupe::testing;

namespace basp_attacks {

/// Bytes of memory that this process has.
size_t resident() {
  std::ifstream in{"/proc/self/statm"};
  size_t pages = 0;
  in >> pages >> pages;
  return pages * 4096;
}

/// A node, a peer of it that is sound, and any number that are not.
struct fixture : pair_fixture {
  std::optional<raw_peer> stranger;
  std::shared_ptr<live_connection> life;
  caf::node_id name = some_node(77);

  void let_in() {
    auto ends = socket_pair();
    stranger.emplace(std::move(ends.second));
    life = a.accept({.socket = std::move(ends.first)});
  }

  void greet() {
    let_in();
    raw_frame hello{.operation = 1, .payload = spell(name)};
    BOOST_REQUIRE(stranger->write(hello.bytes()));
    hello.flags = 2;
    BOOST_REQUIRE(stranger->write(hello.bytes()));
  }

  /// Writes, and returns why the node let go.
  std::string end_of(std::string_view bytes) {
    stranger->write(bytes);
    BOOST_TEST(stranger->is_let_go());
    auto why = a.refused(life);
    return why ? std::string{name_of(*why)} : "ended";
  }

  /// The node and its other peer are unharmed.
  ~fixture() {
    BOOST_TEST(add_one(b.system, gate_of_a, 1) == 2);
    BOOST_TEST(b.is_open(at_b));
  }
};

} // namespace basp_attacks

BOOST_FIXTURE_TEST_SUITE(basp_attacks, fixture)

BOOST_AUTO_TEST_CASE(a_peer_that_claims_a_gigabyte_is_refused_and_costs_nothing) {
  auto before = resident();
  raw_frame claim{.operation = 1, .claims = 1U << 30};
  let_in();
  BOOST_TEST(end_of(claim.bytes()) == "frame_too_long");
  greet();
  claim.operation = 2;
  claim.destination = a.gate->id();
  BOOST_TEST(end_of(claim.bytes()) == "frame_too_long");
  BOOST_TEST(resident() < before + 50'000'000);
}

BOOST_AUTO_TEST_CASE(a_peer_may_send_more_once_that_is_expected_and_no_more_than_that) {
  peer_node c{bounds{.most_in = 1000}};
  auto ends = socket_pair();
  raw_peer peer{std::move(ends.second)};
  auto at_c = c.accept({.socket = std::move(ends.first)});
  c.loop.run([&] {
    at_c->expect(10'000);
    return true;
  });
  raw_frame hello{.operation = 1, .payload = spell(name)};
  BOOST_REQUIRE(peer.write(hello.bytes()));
  hello.flags = 2;
  BOOST_REQUIRE(peer.write(hello.bytes()));
  raw_frame message{.operation = 2, .source = 5, .destination = c.gate->id()};
  message.payload = spell_message(c.system, std::string(5000, 'x'));
  BOOST_REQUIRE(peer.write(message.bytes()));
  BOOST_TEST(c.words.reaches(1));
  message.claims = 10'001;
  peer.write(message.bytes());
  BOOST_TEST(peer.is_let_go());
  auto why = c.refused(at_c);
  BOOST_REQUIRE(why.has_value());
  BOOST_TEST(name_of(*why) == "frame_too_long");
}

BOOST_AUTO_TEST_CASE(the_owner_is_told_why_a_peer_was_refused) {
  auto ends = socket_pair();
  raw_peer peer{std::move(ends.second)};
  std::promise<refusal> told;
  std::string said;
  a.accept({.socket = std::move(ends.first),
            .on_refused = [&](refusal why, std::string_view words) {
              said = words;
              told.set_value(why);
            }});
  const std::string words = "GET /api/nodes HTTP/1.1\r\nHost: alpha\r\n\r\n";
  peer.write(words);
  BOOST_TEST(name_of(get(told.get_future())) == "not_basp");
  BOOST_TEST(said == words);
}

BOOST_AUTO_TEST_CASE(garbage_instead_of_a_greeting_is_refused) {
  std::mt19937 any{12};
  for (int round = 0; round < 20; ++round) {
    std::string bytes(512, '\0');
    for (auto& c : bytes)
      c = static_cast<char>(any());
    let_in();
    auto why = end_of(bytes);
    BOOST_TEST((why == "not_basp" || why == "frame_too_long"), why);
  }
}

BOOST_AUTO_TEST_CASE(garbage_after_the_greeting_ends_the_connection) {
  std::mt19937 any{21};
  for (int round = 0; round < 20; ++round) {
    std::string bytes(4096, '\0');
    for (auto& c : bytes)
      c = static_cast<char>(any());
    greet();
    BOOST_TEST(end_of(bytes) != "ended");
  }
}

BOOST_AUTO_TEST_CASE(a_greeting_without_a_node_does_not_crash_the_node) {
  for (uint8_t operation : {uint8_t{0}, uint8_t{1}}) {
    let_in();
    BOOST_TEST(
        end_of(raw_frame{.operation = operation, .data = operation ? 0U : 4U}.bytes())
        == "not_basp");
  }
  let_in();
  BOOST_TEST(end_of(raw_frame{.operation = 1, .payload = "no node"}.bytes())
             == "wrong_node");
}

BOOST_AUTO_TEST_CASE(a_peer_cannot_take_the_place_of_another) {
  let_in();
  // As one that is connected already: CAF would send that one's messages here.
  name = b.system.node();
  auto ends = socket_pair();
  stranger.emplace(std::move(ends.second));
  life = a.accept({.socket = std::move(ends.first), .peer = to_string(some_node(78))});
  BOOST_TEST(end_of(raw_frame{.operation = 1, .payload = spell(name)}.bytes())
             == "wrong_node");
  // Or say that an actor of another is gone.
  name = some_node(79);
  greet();
  BOOST_TEST(end_of(raw_frame{.operation = 5,
                              .source = 1,
                              .payload = spell(b.system.node(), a.system.node())}
                        .bytes())
             == "wrong_node");
}

BOOST_AUTO_TEST_CASE(messages_to_whatever_actors_are_dropped) {
  greet();
  for (uint64_t id = 1; id < 500; ++id)
    stranger->write(raw_frame{.operation = 2,
                              .source = 5,
                              .destination = id == a.gate->id() ? 1000 : id,
                              .payload = spell_message(a.system, std::string{"Hi"})}
                        .bytes());
  // The one that is published is reached.
  stranger->write(raw_frame{.operation = 2,
                            .source = 5,
                            .destination = a.gate->id(),
                            .payload = spell_message(a.system, std::string{"Hi"})}
                      .bytes());
  BOOST_TEST(a.words.reaches(1));
  BOOST_TEST(a.is_open(life));
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_read_is_let_go) {
  peer_node c{bounds{.most_in = 1000, .most_out = 1'000'000}};
  auto ends = socket_pair();
  raw_peer peer{std::move(ends.second)};
  auto at_c = c.accept({.socket = std::move(ends.first)});
  raw_frame hello{.operation = 1, .payload = spell(name)};
  BOOST_REQUIRE(peer.write(hello.bytes()));
  // It has ever more answered, and takes nothing. The answers say that there are no such
  // actors.
  std::string questions;
  for (uint64_t i = 0; i < 100; ++i)
    questions += raw_frame{.operation = 4,
                           .destination = 100'000 + i,
                           .payload = spell(name, c.system.node())}
                     .bytes();
  bool refused = false;
  for (int i = 0; i < 10'000 && !refused; ++i) {
    peer.write(questions);
    refused = c.refused(at_c).has_value();
  }
  BOOST_REQUIRE(refused);
  BOOST_TEST(name_of(*c.refused(at_c)) == "not_reading");
  BOOST_TEST(!c.is_open(at_c));
}

BOOST_AUTO_TEST_CASE(a_large_backlog_of_one_turn_is_bounded_too) {
  // Its peer is no node but a socket that nobody reads.
  peer_node c{bounds{.most_out = 1'000'000}};
  auto ends = socket_pair();
  raw_peer peer{std::move(ends.second)};
  caf::strong_actor_ptr far;
  auto at_c = c.dial({.socket = std::move(ends.first)},
                     [&far](auto found) { far = found ? *found : nullptr; });
  std::vector<char> greeting;
  caf::binary_serializer sink{c.system, greeting};
  BOOST_REQUIRE(!sink(name, std::vector<std::string>{"generic-caf-app"}, caf::actor_id{4},
                      std::set<std::string>{}));
  peer.write(
      raw_frame{.operation = 0, .data = 4, .payload = {greeting.begin(), greeting.end()}}
          .bytes());
  BOOST_REQUIRE(eventually([&] { return c.loop.run([&] { return far != nullptr; }); }));
  c.loop.run([&] {
    for (int i = 0; i < 20; ++i)
      caf::anon_send(caf::actor_cast<caf::actor>(far), std::string(1'000'000, 'x'));
    return true;
  });
  BOOST_TEST(eventually([&] { return c.refused(at_c).has_value(); }));
  BOOST_TEST(name_of(c.refused(at_c).value_or(refusal::count_)) == "not_reading");
  c.loop.run([&] {
    far = nullptr;
    return true;
  });
}

BOOST_AUTO_TEST_CASE(actors_cannot_be_spawned_from_afar) {
  auto far = b.system.middleman().remote_spawn<caf::actor>(a.system.node(), "spawnable",
                                                           caf::make_message(), 200ms);
  BOOST_TEST(!far);
  BOOST_TEST(eventually([&] { return a.refused(at_a).has_value(); }));
  BOOST_TEST(name_of(a.refused(at_a).value_or(refusal::count_)) == "remote_spawn");
  BOOST_TEST(eventually([&] { return !b.is_open(at_b); }));
  BOOST_TEST(!a.system.registry().get(caf::atom("SpawnServ")));
  connect(socket_pair());
}

BOOST_AUTO_TEST_CASE(many_strangers_one_after_the_other_leave_nothing_behind) {
  auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
  };
  auto before = descriptors();
  for (int i = 0; i < 200; ++i) {
    let_in();
    stranger->write(i % 2 ? "no" : "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n");
    stranger.reset();
  }
  BOOST_TEST(eventually([&] { return !a.is_open(life); }));
  BOOST_TEST(descriptors() == before);
}

BOOST_AUTO_TEST_SUITE_END()
