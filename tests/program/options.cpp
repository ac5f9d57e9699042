// Proves that keys of the configuration that no other test is about are not ignored.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fstream>
#include <sstream>

using namespace program;

namespace options {

/// Returns a whole configuration.
std::string file_of(const std::string& state_dir, const std::string& node_keys,
                    const std::string& rest = {}) {
  return "[node]\nname = \"alpha\"\nstate_dir = \"" + state_dir + "\"\n" + node_keys
         + "\n[http]\nlisten = \"127.0.0.1:0\"\n" + rest + "\n" + puppets("a");
}

} // namespace options

BOOST_AUTO_TEST_SUITE(options)

BOOST_AUTO_TEST_CASE(the_level_of_the_log_is_kept_and_can_change_while_the_node_runs) {
  temporary_folder folder;
  node_process node{
      puppets("a"),
      {.node_keys = "log = { level = \"warn\" }", .config_folder = folder.path()}};
  node.worker_pid("a.0");
  BOOST_TEST(node.errors() == ""); // all is well
  auto path = folder.path() + "/troupe.toml";
  auto text = read_file(path);
  text.replace(text.find("\"warn\""), 6, "\"info\"");
  std::ofstream{path} << text;
  node.operation("reload");
  node.operation("restart", "{\"name\":\"a\"}");
  BOOST_TEST(eventually([&] { return node.errors().find("info") != std::string::npos; }));
}

BOOST_AUTO_TEST_CASE(a_log_of_json_is_one_object_a_line) {
  node_process node{puppets("a"), {.node_keys = "log = { format = \"json\" }"}};
  node.connect().call("a", "die", "{\"lines\":2}");
  BOOST_REQUIRE(eventually(
      [&] { return node.errors().find("puppet: line 1") != std::string::npos; }));
  std::istringstream lines{node.errors()};
  for (std::string line; std::getline(lines, line);) {
    reply r{line};
    BOOST_TEST(r.is_json(), line);
    BOOST_TEST(!r["message"].empty(), line);
    BOOST_TEST(!r["level"].empty(), line);
  }
}

BOOST_AUTO_TEST_CASE(each_loop_is_a_thread) {
  node_process one{puppets("a"), {.node_keys = "loops = 1"}};
  node_process three{puppets("a"), {.node_keys = "loops = 3\nspin = \"0us\""}};
  BOOST_TEST(threads(three.pid()) == threads(one.pid()) + 2);
  BOOST_TEST(three.connect().call("a", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(the_socket_can_have_another_name) {
  temporary_folder folder;
  node_process node{file_of(folder.path(), "", "[socket]\npath = \"other.sock\""),
                    {.state_dir = folder.path(), .whole_file = true}};
  BOOST_TEST(node.socket() == folder.path() + "/other.sock");
  BOOST_TEST(node.connect().call("a", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_SUITE_END()
