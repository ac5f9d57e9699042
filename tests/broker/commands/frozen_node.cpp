#include "tests/broker/support.hpp"

#include "broker/commands/commands.hpp"

#include <optional>
#include <sstream>

using namespace std::chrono_literals;
using test::peer;
using test::server;
using test::temporary_folder;

namespace frozen_nodes {

struct ran {
  int status;
  std::string out;
  std::string err;
};

ran run(std::vector<const char*> argv, troupe::client::patience p) {
  argv.insert(argv.begin(), "troupe");
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  troupe::commands::command_context context{in, out, err};
  context.patience = std::move(p);
  auto status =
      troupe::commands::run_program(static_cast<int>(argv.size()), argv.data(), context);
  return {status, out.str(), err.str()};
}

} // namespace frozen_nodes

BOOST_AUTO_TEST_SUITE(frozen_nodes)

BOOST_AUTO_TEST_CASE(a_command_tells_that_the_node_is_silent_and_then_fails) {
  server node{[](peer& p) {
    while (!p.read_some().empty()) {
    }
  }};
  auto url = node.url().c_str();
  for (auto& command :
       std::vector<std::vector<const char*>>{{"--node", url, "ps"},
                                             {"--node", url, "call", "e", "k"},
                                             {"--node", url, "stop"},
                                             {"--node", url, "scale", "e", "2"}}) {
    auto r = run(command, {.tell_after = 10ms, .give_up_after = 100ms});
    BOOST_TEST(r.status == 1);
    BOOST_TEST(r.out == "");
    auto who = "the node at " + node.url();
    BOOST_TEST(r.err
               == "troupe: " + who
                      + " does not answer yet; it may be stopped or overloaded\n"
                        "node_down: "
                      + who
                      + " has not answered for 1s, nor given another sign of life; it "
                        "may be stopped or overloaded\n");
  }
}

BOOST_AUTO_TEST_CASE(who_follows_events_goes_on_waiting) {
  temporary_folder folder;
  auto socket = (folder.path / "s").string();
  std::optional<peer> follower;
  // The follower's question whether it lives comes long after its patience would end.
  server node{socket, [&](peer& p) {
                if (!follower) {
                  follower.emplace(std::move(p));
                  return;
                }
                follower->write(R"({"request_id":"1","kind":"events","payload":)"
                                R"({"events":[{"kind":"late"}],"next":1},"error":null})"
                                "\n");
                follower->read_line();
                follower->read_line();
                follower->close();
              }};
  auto r = run({"--node", socket.c_str(), "events", "--json"},
               {.ask_after = 200ms, .tell_after = 1h, .give_up_after = 10ms});
  BOOST_TEST(r.out.starts_with(R"({"kind":"late"})"), r.out);
}

BOOST_AUTO_TEST_SUITE_END()
