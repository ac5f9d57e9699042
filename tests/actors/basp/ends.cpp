#include "tests/actors/basp/support_basp.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace basp_ends {

/// Two nodes with a connection and calls under way.
struct busy_pair {
  std::unique_ptr<peer_node> a = std::make_unique<peer_node>();
  std::unique_ptr<peer_node> b = std::make_unique<peer_node>();

  busy_pair() {
    auto ends = socket_pair();
    a->accept({.socket = std::move(ends.first)});
    auto found = b->dial({.socket = std::move(ends.second)});
    BOOST_REQUIRE(found.has_value());
    auto far = caf::actor_cast<caf::actor>(*found);
    for (int i = 0; i < 50; ++i)
      caf::anon_send(far, std::string(10'000, 'x'));
  }
};

} // namespace basp_ends

BOOST_AUTO_TEST_SUITE(basp_ends)

BOOST_AUTO_TEST_CASE(nodes_end_in_either_order_while_messages_are_under_way) {
  for (int i = 0; i < 12; ++i) {
    busy_pair both;
    if (i % 2) {
      both.a.reset();
      both.b.reset();
    } else {
      both.b.reset();
      both.a.reset();
    }
  }
}

BOOST_AUTO_TEST_CASE(a_network_may_end_on_its_loop_which_goes_on) {
  for (int i = 0; i < 12; ++i) {
    busy_pair both;
    auto& first = i % 2 ? *both.a : *both.b;
    first.loop.run([&] {
      first.net.reset();
      return true;
    });
    BOOST_TEST(add_one(first.system, first.gate, i) == i + 1);
  }
}

BOOST_AUTO_TEST_CASE(a_system_without_a_network_ends) {
  for (int i = 0; i < 4; ++i) {
    basp_config cfg;
    caf::actor_system system{cfg};
  }
}

BOOST_AUTO_TEST_CASE(a_network_without_connections_ends) {
  for (int i = 0; i < 12; ++i)
    peer_node alone;
}

BOOST_AUTO_TEST_CASE(a_network_may_begin_before_its_loop_runs_and_end_without_it) {
  basp_config cfg;
  caf::actor_system system{cfg};
  event_loop home{system, 0us};
  auto net = std::make_unique<network>(home, system);
  auto ends = socket_pair();
  bool called = false;
  auto life =
      net->dialled({.socket = std::move(ends.first)}, [&](auto) { called = true; });
  BOOST_TEST(life->is_open());
  net.reset();
  BOOST_TEST(!life->is_open());
  BOOST_TEST(!called);
}

BOOST_AUTO_TEST_CASE(another_network_may_follow_in_the_same_system) {
  peer_node a, b;
  for (int i = 0; i < 3; ++i) {
    auto ends = socket_pair();
    a.accept({.socket = std::move(ends.first)});
    auto found = b.dial({.socket = std::move(ends.second)});
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(add_one(b.system, *found, i) == i + 1);
    tally downs;
    auto watcher = b.system.spawn([&](caf::event_based_actor* self) -> caf::behavior {
      self->monitor(caf::actor_cast<caf::actor>(*found));
      self->set_down_handler([&downs, self](caf::down_msg&) {
        downs.add();
        self->quit();
      });
      return {[](caf::ok_atom) {}};
    });
    a.loop.run([&] {
      a.net.reset();
      a.net.emplace(a.loop.home, a.system);
      return true;
    });
    BOOST_TEST(downs.reaches(1));
  }
}

BOOST_AUTO_TEST_SUITE_END()
