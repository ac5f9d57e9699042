// Proves that a command does not wait in silence for a node that stands still.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>

using namespace program;

namespace frozen_node {

/// The node goes on in the end: else it could not be stopped.
struct frozen_fixture : node_process {
  frozen_fixture()
    : node_process{puppets("echo")} {
    signal(SIGSTOP);
  }
  ~frozen_fixture() { signal(SIGCONT); }

  /// Runs a call that may take a moment, and returns its status and output.
  std::pair<int, std::string> call(const std::string& where) const {
    return run({TROUPE_BINARY, "--node", where, "--state-dir", state_dir(), "call",
                "echo", "echo", "1", "--timeout", "100ms"});
  }
};

} // namespace frozen_node

BOOST_FIXTURE_TEST_SUITE(frozen_node, frozen_fixture)

BOOST_AUTO_TEST_CASE(a_call_with_a_timeout_ends) {
  for (auto& where : {socket(), url()}) {
    auto [status, output] = call(where);
    BOOST_TEST(status == 1);
    BOOST_TEST(output.find("does not answer yet") != output.npos, output);
    BOOST_TEST(output.find("node_down: no answer came from ") != output.npos, output);
  }
}

BOOST_AUTO_TEST_CASE(who_follows_is_told_and_goes_on_when_the_node_does) {
  running_command events{{TROUPE_BINARY, "--node", socket(), "events"}};
  events.output().take_until("does not answer yet");
  signal(SIGCONT);
  operation("restart", R"({"name":"echo"})");
  events.output().take_until("echo.0");
}

BOOST_AUTO_TEST_SUITE_END()
