#include "tests/actors/basp/support_basp.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace basp_networks {

/// Counts the DOWN messages of `who`, as long as the result is kept.
[[nodiscard]] caf::actor watch(caf::actor_system& system,
                               const caf::strong_actor_ptr& who, tally& downs) {
  auto watcher =
      system.spawn([&downs, who](caf::event_based_actor* self) -> caf::behavior {
        self->monitor(caf::actor_cast<caf::actor>(who));
        self->set_down_handler([&downs, self](caf::down_msg& m) {
          if (m.reason == caf::exit_reason::remote_link_unreachable)
            downs.add();
          self->quit();
        });
        return {[](caf::ok_atom) { return caf::ok_atom::value; }};
      });
  caf::scoped_actor self{system};
  self->request(watcher, 5s, caf::ok_atom::value)
      .receive([](caf::ok_atom) {}, [](caf::error&) { BOOST_ERROR("no watcher"); });
  return watcher;
}

} // namespace basp_networks

BOOST_AUTO_TEST_SUITE(basp_networks)

BOOST_FIXTURE_TEST_CASE(requests_cross_to_the_node_that_was_dialled, pair_fixture) {
  caf::scoped_actor self{b.system};
  auto far = caf::actor_cast<caf::actor>(gate_of_a);
  for (int32_t i = 0; i < 100; ++i)
    self->request(far, 5s, i)
        .receive([&](int32_t x) { BOOST_REQUIRE(x == i + 1); },
                 [](caf::error&) { BOOST_FAIL("no answer"); });
  BOOST_TEST(b.loop.run([&] { return at_b->peer(); }) == a.id());
  BOOST_TEST(a.loop.run([&] { return at_a->peer(); }) == b.id());
}

BOOST_AUTO_TEST_CASE(they_cross_over_tcp_too) {
  peer_node a, b;
  auto ends = tcp_pair();
  a.accept({.socket = std::move(ends.first)});
  auto found = b.dial({.socket = std::move(ends.second)});
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(add_one(b.system, *found, 41) == 42);
}

BOOST_FIXTURE_TEST_CASE(messages_of_many_megabytes_cross, pair_fixture) {
  auto gate = caf::actor_cast<caf::actor>(gate_of_a);
  for (size_t n = 0; n < 8; ++n)
    caf::anon_send(gate, std::string(1'000'000, 'x'));
  BOOST_TEST(a.words.reaches(8));
  BOOST_TEST(add_one(b.system, gate_of_a, 1) == 2);
  BOOST_TEST(b.loop.run([&] { return at_b->waiting(); }) == 0u);
}

BOOST_FIXTURE_TEST_CASE(any_byte_of_a_peer_tells_that_it_lives, pair_fixture) {
  auto before = a.loop.run([&] { return at_a->heard_at(); });
  BOOST_TEST(add_one(b.system, gate_of_a, 1) == 2);
  auto after = a.loop.run([&] { return at_a->heard_at(); });
  BOOST_TEST((after > before));

  auto ends = socket_pair();
  raw_peer slow{std::move(ends.second)};
  auto life = a.accept({.socket = std::move(ends.first)});
  before = a.loop.run([&] { return life->heard_at(); });
  BOOST_TEST(slow.write("\1")); // the beginning of a frame
  BOOST_TEST(
      eventually([&] { return a.loop.run([&] { return life->heard_at() > before; }); }));
}

BOOST_AUTO_TEST_CASE(what_was_read_with_the_greeting_is_not_lost) {
  peer_node a;
  auto ends = socket_pair();
  auto peer = some_node(1);
  raw_frame hello{.operation = 1, .payload = spell(peer)};
  auto life = a.accept({.socket = std::move(ends.first), .early = hello.bytes()});
  BOOST_TEST(eventually(
      [&] { return a.loop.run([&] { return life->peer() == to_string(peer); }); }));
  BOOST_TEST(a.is_open(life));
}

BOOST_FIXTURE_TEST_CASE(the_end_of_a_connection_is_a_down_on_both_ends, pair_fixture) {
  tally downs;
  auto watcher = watch(b.system, gate_of_a, downs);
  a.loop.run([&] {
    at_a->close();
    return true;
  });
  BOOST_TEST(downs.reaches(1));
  BOOST_TEST(!b.is_open(at_b));
  BOOST_TEST(!a.is_open(at_a));
  BOOST_TEST(!a.refused(at_a).has_value());
}

BOOST_FIXTURE_TEST_CASE(a_handle_is_dead_after_its_connection_though_the_peer_is_back,
                        pair_fixture) {
  tally downs;
  auto watcher = watch(b.system, gate_of_a, downs);
  b.loop.run([&] {
    at_b->close();
    return true;
  });
  BOOST_REQUIRE(downs.reaches(1));
  BOOST_TEST(eventually([&] { return !a.is_open(at_a); }));
  auto before = gate_of_a;
  connect(socket_pair());
  BOOST_TEST(add_one(b.system, gate_of_a, 1) == 2);
  BOOST_TEST(before->id() == gate_of_a->id());
  BOOST_TEST(add_one(b.system, before, 1, 50ms) == 0);
}

BOOST_FIXTURE_TEST_CASE(a_second_connection_to_a_known_node_is_refused_on_either_end,
                        pair_fixture) {
  auto ends = socket_pair();
  auto second = a.accept({.socket = std::move(ends.first), .peer = b.id()});
  BOOST_TEST(!a.is_open(second));
  auto found = b.dial({.socket = std::move(ends.second), .peer = a.id()});
  BOOST_REQUIRE(!found.has_value());
  BOOST_TEST((found.error().what == code::conflict));
  BOOST_TEST(add_one(b.system, gate_of_a, 1) == 2);
}

BOOST_FIXTURE_TEST_CASE(it_is_also_found_out_when_nobody_said_who_the_peer_is,
                        pair_fixture) {
  auto ends = socket_pair();
  a.accept({.socket = std::move(ends.first)});
  auto found = b.dial({.socket = std::move(ends.second)});
  BOOST_REQUIRE(!found.has_value());
  BOOST_TEST((found.error().what == code::conflict));
  BOOST_TEST(add_one(b.system, gate_of_a, 1) == 2);
}

BOOST_FIXTURE_TEST_CASE(a_node_that_is_back_is_taken_in_once_its_old_connection_ended,
                        pair_fixture) {
  // The peer's end is gone, and this one is ended and replaced in one turn.
  b.loop.run([&] {
    at_b->close();
    return true;
  });
  auto ends = socket_pair();
  auto shared = std::make_shared<connection>();
  *shared = {.socket = std::move(ends.first), .peer = b.id()};
  auto fresh = a.loop.run([&] {
    at_a->close();
    return a.net->accepted(std::move(*shared), a.gate);
  });
  BOOST_TEST(eventually([&] { return !b.is_open(at_b); }));
  auto found = b.dial({.socket = std::move(ends.second), .peer = a.id()});
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(add_one(b.system, *found, 1) == 2);
  BOOST_TEST(a.is_open(fresh));
}

BOOST_AUTO_TEST_CASE(who_dials_is_told_when_there_is_no_actor) {
  peer_node a, b;
  a.end_gate();
  auto ends = socket_pair();
  a.accept({.socket = std::move(ends.first)});
  auto found = b.dial({.socket = std::move(ends.second)});
  BOOST_REQUIRE(!found.has_value());
  BOOST_TEST((found.error().what == code::not_found));
}

BOOST_AUTO_TEST_CASE(who_dials_is_told_when_the_peer_hangs_up) {
  peer_node b;
  auto ends = socket_pair();
  ends.first.reset();
  auto found = b.dial({.socket = std::move(ends.second)});
  BOOST_REQUIRE(!found.has_value());
  BOOST_TEST((found.error().what == code::node_down));
}

BOOST_AUTO_TEST_CASE(who_dials_is_told_when_the_peer_is_another_than_expected) {
  peer_node a, b;
  auto ends = socket_pair();
  a.accept({.socket = std::move(ends.first)});
  auto found =
      b.dial({.socket = std::move(ends.second), .peer = to_string(some_node(3))});
  BOOST_REQUIRE(!found.has_value());
  BOOST_TEST(found.error().message.find("wrong_node") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_node_is_no_peer_of_its_own) {
  peer_node a;
  auto ends = socket_pair();
  auto life = a.accept({.socket = std::move(ends.first)});
  auto found = a.dial({.socket = std::move(ends.second)});
  BOOST_TEST(!found.has_value());
  BOOST_TEST(eventually([&] { return !a.is_open(life); }));
}

BOOST_AUTO_TEST_SUITE_END()
