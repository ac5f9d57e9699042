// Proves that what examples/terminals/README.md shows works: the shell, and the pretend
// agent that waits for messages and answers them.
#include "tests/program/harness/node_process.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>

using namespace program;

namespace terminal_examples {

struct terminals_node {
  temporary_folder folder;
  node_process node{[this] {
                      std::filesystem::create_symlink(
                          EXAMPLES_FOLDER "/terminals/agent.py", folder / "agent.py");
                      return "[node]\nname = \"alpha\"\nstate_dir = \""
                             + (folder / ".troupe")
                             + "\"\n[http]\nlisten = " + "\"127.0.0.1:0\"\n"
                             + read_file(EXAMPLES_FOLDER "/terminals/terminals.toml");
                    }(),
                    {.env = {{"HOME", folder.path()}}, // no .bashrc of who runs this
                     .state_dir = folder / ".troupe",
                     .whole_file = true,
                     .config_folder = folder.path()}};
  http_client http = node.http();

  std::string screen(const std::string& name) {
    return http.get("/api/spawned/" + name + "/snapshot")["screen"];
  }
  bool shows(const std::string& name, const std::string& text) {
    return eventually([&] { return screen(name).find(text) != std::string::npos; });
  }
};

} // namespace terminal_examples

BOOST_FIXTURE_TEST_SUITE(terminal_examples, terminals_node)

BOOST_AUTO_TEST_CASE(the_shell_runs_what_is_typed) {
  node.worker_pid("shell.0");
  // What is typed before a shell has set up its terminal, it may throw away.
  auto prompts = [&] {
    return screen("shell").find_first_not_of(" \n") != std::string::npos;
  };
  BOOST_REQUIRE(eventually(prompts));
  http.post("/api/input/shell", R"-({"data":"echo $((6*7)) is it\r"})-");
  BOOST_TEST(shows("shell", "\n42 is it"));
}

BOOST_AUTO_TEST_CASE(the_agent_answers_messages) {
  node.worker_pid("agent.0");
  BOOST_TEST(shows("agent", "agent>"));
  BOOST_TEST(http.post("/api/send", R"({"to":"agent","message":"hello"})").status == 200);
  BOOST_TEST(http.post("/api/send", R"({"to":"agent","message":"count one two"})").status
             == 200);
  BOOST_TEST(shows("agent", "You said: olleh"));
  BOOST_TEST(shows("agent", "\n2 words."));
}

BOOST_AUTO_TEST_CASE(an_agent_that_was_spawned_takes_its_task) {
  auto made = http.post("/api/spawn",
                        R"({"name":"alice","cli":"python3","args":[")" EXAMPLES_FOLDER
                        R"(/terminals/agent.py"],"task":"abc"})");
  BOOST_TEST(made.status == 200);
  BOOST_TEST(shows("alice", "You said: cba"));
}

BOOST_AUTO_TEST_SUITE_END()
