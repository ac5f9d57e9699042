// Proves that parts of a result come before its outcome where they come from different
// loops: a pool that is on several has its outcomes from one, and the parts from others.
#include "broker/front/socket/socket_connection.hpp"
#include "tests/broker/front/support_front.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <thread>

using namespace troupe;
using namespace troupe::front;
using namespace troupe::front::socket;
using namespace troupe::loop;
using namespace troupe::testing;

namespace parts_across_loops {

/// A connection on a real loop with one call, which the test answers.
struct streaming_fixture : loop_fixture, kept_calls {
  streaming_fixture() {
    pool = play_callee(system, {.asked = [this](submission& s) { keep(s); }});
    names.set({{"p", pool}});
    context->directory = &names;
    context->log = std::make_shared<spdlog::logger>("silent");
    context->max_request = 64 * 1024;
    int pair[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    peer.reset(pair[0]);
    auto fd = std::make_shared<unique_fd>(pair[1]);
    client = first.run([&, fd] {
      auto c = std::make_shared<socket_connection>(first.home, std::move(*fd), context);
      c->start();
      return c;
    });
    send_bytes(peer.get(),
               "{\"request_id\":\"a\",\"to\":\"p\",\"kind\":\"k\",\"stream\":true}\n");
    BOOST_REQUIRE(arrived.reaches(1));
  }
  ~streaming_fixture() {
    first.run([this] {
      client->close();
      client.reset();
      return true;
    });
    asked.clear();
    names.set({});
    caf::anon_send_exit(pool, caf::exit_reason::kill);
    pool = nullptr;
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

  directory names{"n"};
  std::shared_ptr<front_context> context = std::make_shared<front_context>();
  callee_actor pool;
  unique_fd peer;
  std::shared_ptr<socket_connection> client;
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
