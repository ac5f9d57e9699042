// Proves how nodes become members: one address is enough, a name has one owner, and who
// lets anybody in says so.
#include "tests/program/harness/test_cluster.hpp"
#include "tests/program/harness/websocket.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace cluster_members {

std::string pools(const std::string& node) {
  return puppets("only-" + node);
}

/// A node of its own that knows `peers`, as they stand in its configuration.
struct lone_node {
  explicit lone_node(const std::string& name, const std::string& peers,
                     const std::string& keys = {})
    : process("[node]\nname = \"" + name + "\"\nstate_dir = \"" + (folder / "state")
                  + "\"\n[http]\nlisten = \"127.0.0.1:0\"\n[cluster]\n"
                    "listen = \"127.0.0.1:0\"\npeers = ["
                  + peers + "]\nfailure_timeout = \"1s\"\n" + keys + pools("itself"),
              {.state_dir = folder / "state", .whole_file = true}) {}

  temporary_folder folder;
  node_process process;
};

/// Waits until the log of a node has `words`.
bool logs(const node_process& node, const std::string& words) {
  return eventually([&] { return node.errors().find(words) != std::string::npos; });
}

} // namespace cluster_members

BOOST_AUTO_TEST_SUITE(cluster_members)

BOOST_AUTO_TEST_CASE(one_address_is_enough_and_the_rest_is_learned) {
  test_cluster nodes{{.pools = pools, .knows = [](auto& node, auto& other) {
                        return node != "alpha" && other == "alpha";
                      }}};
  BOOST_TEST(nodes["gamma"].connect().call("only-beta", "echo", "1")["payload"] == "1");
  nodes.kill("alpha"); // those who met through it need it no more
  BOOST_TEST(nodes["gamma"].connect().call("only-beta", "echo", "2")["payload"] == "2");
  BOOST_TEST(nodes["beta"].connect().call("only-gamma", "echo", "3")["payload"] == "3");
}

BOOST_AUTO_TEST_CASE(a_second_node_of_a_name_is_refused_and_both_logs_say_why) {
  test_cluster nodes{{.pools = pools, .names = {"alpha", "beta"}}};
  auto& alpha = nodes["alpha"];
  websocket events{alpha, "/ws"};
  lone_node twin{"beta", '"' + nodes.address("alpha") + '"'};
  auto told = events.next_of("node_refused");
  BOOST_TEST(told["reason"] == "name_taken", told);
  BOOST_TEST(told["node"] == "beta", told);
  BOOST_TEST(logs(alpha, "name_taken"), alpha.errors());
  BOOST_TEST(logs(twin.process, "name_taken"), twin.process.errors());
  BOOST_TEST(twin.process.operation("nodes").count("") == 1u);
  BOOST_TEST(alpha.connect().call("only-beta", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(an_address_where_nobody_answers_is_told_of_once) {
  lone_node alpha{"alpha", "\"127.0.0.1:1\""};
  const std::string words = "nobody answers at 127.0.0.1:1, ";
  auto log = [&] { return alpha.process.errors(); };
  BOOST_TEST(eventually([&] { return log().find(words) != std::string::npos; }, 60s),
             log());
  BOOST_TEST(log().find("Connection refused") != std::string::npos, log());
  BOOST_TEST(log().find(words) == log().rfind(words), log());
}

BOOST_AUTO_TEST_CASE(a_node_that_lets_anybody_in_says_so_at_each_start) {
  lone_node open{"alpha", "", "insecure = true\n"};
  BOOST_TEST(logs(open.process, "insecure = true"), open.process.errors());
  lone_node closed{"alpha", ""};
  BOOST_TEST(logs(closed.process, "cluster main: listening"), closed.process.errors());
  BOOST_TEST(closed.process.errors().find("insecure") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
