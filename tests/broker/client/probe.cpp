#include "tests/broker/support.hpp"

#include "broker/client/probe.hpp"
#include "tests/unix_socket_name.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>

#include <cstring>

using test::temporary_folder;
using troupe::client::node_door;

namespace probes {

struct door_fixture : temporary_folder {
  /// A door at a unix socket.
  node_door door() const {
    node_door d{.size = sizeof(sockaddr_un), .question = "x\n"};
    auto name = troupe::testing::unix_socket_name((path / "s").string());
    std::memcpy(&d.address, &name, sizeof name);
    return d;
  }

  /// Leaves a socket at which nobody listens.
  void abandon() const {
    troupe::loop::unique_fd s{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    auto d = door();
    BOOST_REQUIRE(::bind(s.get(), reinterpret_cast<const sockaddr*>(&d.address), d.size)
                  == 0);
  }
};

} // namespace probes

BOOST_FIXTURE_TEST_SUITE(probes, probes::door_fixture)

BOOST_AUTO_TEST_CASE(a_refusal_is_a_sign_of_life) {
  abandon();
  troupe::client::probe p{door()};
  BOOST_TEST(p.advance(0));
}

BOOST_AUTO_TEST_CASE(another_failure_is_none) {
  troupe::client::probe p{door()}; // as where there is no way to the machine
  BOOST_TEST(!p.advance(0));
  BOOST_TEST(p.fd() < 0);
}

BOOST_AUTO_TEST_SUITE_END()
