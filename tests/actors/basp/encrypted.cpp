#include "tests/actors/basp/support_basp.hpp"
#include "tests/protocol/tls/support_tls.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace basp_encrypted {

/// Two nodes, and two ends of TLS that are through with their handshake.
struct fixture : tls_fixture {
  peer_node a, b;
  tls_pair ends = open();

  std::unique_ptr<tls::channel> of(tls_end& end) {
    return std::make_unique<tls::channel>(std::move(end.channel));
  }
};

} // namespace basp_encrypted

BOOST_FIXTURE_TEST_SUITE(basp_encrypted, fixture)

BOOST_AUTO_TEST_CASE(messages_cross_encrypted) {
  auto sockets = socket_pair();
  a.accept({.socket = std::move(sockets.first), .tls = of(ends.server)});
  auto found = b.dial({.socket = std::move(sockets.second), .tls = of(ends.client)});
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(add_one(b.system, *found, 1) == 2);
  for (size_t n = 0; n < 4; ++n)
    caf::anon_send(caf::actor_cast<caf::actor>(*found), std::string(1'000'000, 'x'));
  BOOST_TEST(a.words.reaches(4));
  BOOST_TEST(add_one(b.system, *found, 2) == 3);
}

BOOST_AUTO_TEST_CASE(what_was_fed_to_the_channel_with_the_greeting_is_not_lost) {
  auto peer = some_node(5);
  ends.client.channel.write(raw_frame{.operation = 1, .payload = spell(peer)}.bytes());
  ends.server.channel.feed(ends.client.channel.take_output());
  auto sockets = socket_pair();
  auto life = a.accept({.socket = std::move(sockets.first), .tls = of(ends.server)});
  BOOST_TEST(eventually(
      [&] { return a.loop.run([&] { return life->peer() == to_string(peer); }); }));
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_encrypted_end_the_connection) {
  auto sockets = socket_pair();
  raw_peer stranger{std::move(sockets.second)};
  auto life = a.accept({.socket = std::move(sockets.first), .tls = of(ends.server)});
  stranger.write(raw_frame{.operation = 1, .payload = spell(some_node(5))}.bytes());
  BOOST_TEST(stranger.is_let_go());
  auto why = a.refused(life);
  BOOST_REQUIRE(why.has_value());
  BOOST_TEST(name_of(*why) == "tls_broken");
}

BOOST_AUTO_TEST_CASE(the_end_of_an_encrypted_connection_is_seen) {
  auto sockets = socket_pair();
  auto at_a = a.accept({.socket = std::move(sockets.first), .tls = of(ends.server)});
  auto found = b.dial({.socket = std::move(sockets.second), .tls = of(ends.client)});
  BOOST_REQUIRE(found.has_value());
  b.end_gate();
  b.end();
  BOOST_TEST(eventually([&] { return !a.is_open(at_a); }));
  BOOST_TEST(!a.refused(at_a).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
