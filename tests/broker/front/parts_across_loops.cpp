// Proves that parts of a result come before its outcome where they come from different
// loops: a pool that is on several has its outcomes from one, and the parts from others.
#include "broker/front/socket/socket_connection.hpp"
#include "tests/broker/front/support_client.hpp"

#include <thread>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::socket;
using namespace troupe::loop;
using namespace troupe::testing;

namespace parts_across_loops {

/// A client with one call, which the test answers.
struct streaming_fixture : client_fixture {
  streaming_fixture() {
    connect<socket_connection>();
    sends("{\"request_id\":\"a\",\"to\":\"p\",\"kind\":\"k\",\"stream\":true}\n");
    BOOST_REQUIRE(arrived.reaches(1));
  }

  void part(const std::string& text) {
    asked[0].sink->chunk(asked[0].tag, shared_bytes{text},
                         std::make_shared<stream_flow>());
  }
  void part_from_elsewhere(const std::string& text) {
    std::thread{[&] { part(text); }}.join();
  }
  void outcome_from_here() { asked[0].sink->settle(asked[0].tag, outcome{}); }

  /// Returns what the client got up to the outcome of its call.
  std::string received() {
    std::string all;
    while (all.find("\"error\"") == std::string::npos) {
      auto more = receive_bytes(peer.get());
      BOOST_REQUIRE(!more.empty());
      all += more;
    }
    return all;
  }
};

} // namespace parts_across_loops

BOOST_FIXTURE_TEST_SUITE(parts_across_loops, streaming_fixture)

BOOST_AUTO_TEST_CASE(an_outcome_on_the_loop_of_the_client_waits_for_parts_from_others) {
  first.run([this] {
    part_from_elsewhere("11");
    outcome_from_here();
    return true;
  });
  BOOST_TEST(received().find("\"payload\":11") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(so_does_a_part_of_another_run_of_the_call) {
  first.run([this] {
    part_from_elsewhere("11");
    part("22");
    outcome_from_here();
    return true;
  });
  auto all = received();
  auto later = all.find("\"payload\":22");
  BOOST_REQUIRE(later != std::string::npos);
  BOOST_TEST(all.find("\"payload\":11") < later);
}

BOOST_AUTO_TEST_SUITE_END()
