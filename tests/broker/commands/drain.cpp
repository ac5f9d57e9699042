#include "tests/broker/support.hpp"

#include "broker/commands/commands.hpp"
#include "protocol/base/json_text.hpp"

#include <sstream>

namespace draining {

using test::peer;
using test::server;
using test::temporary_folder;

/// Runs `troupe drain` against a node that agrees to everything; returns its exit status.
/// @param sent What the node was asked.
/// @param out What was printed, and after that the errors.
int drain(std::vector<std::string> words, std::string& sent, std::string& out) {
  temporary_folder folder;
  server node{folder.path / "s", [&](peer& p) {
                sent = p.read_line();
                auto id = *troupe::json_text::find(sent, "request_id");
                p.write("{\"request_id\":" + std::string{id}
                        + ",\"kind\":\"drain\",\"payload\":{},\"error\":null}\n");
              }};
  auto path = (folder.path / "s").string();
  std::vector<const char*> argv{"troupe", "--node", path.c_str(), "drain"};
  for (auto& w : words)
    argv.push_back(w.c_str());
  std::istringstream in;
  std::ostringstream printed;
  std::ostringstream err;
  troupe::commands::command_context context{in, printed, err};
  auto status =
      troupe::commands::run_program(static_cast<int>(argv.size()), argv.data(), context);
  node.stop();
  out = printed.str() + err.str();
  return status;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace draining

BOOST_AUTO_TEST_SUITE(draining)

BOOST_AUTO_TEST_CASE(a_node_is_named_after_the_option_and_a_pool_without_it) {
  std::string sent, out;
  BOOST_TEST(drain({"echo"}, sent, out) == 0);
  BOOST_TEST(contains(sent, R"("payload":{"name":"echo"})"), sent);
  BOOST_TEST(out == "echo: takes no more calls\n");
  BOOST_TEST(drain({"--node"}, sent, out) == 0);
  BOOST_TEST(contains(sent, R"("payload":{"node":true})"), sent);
  BOOST_TEST(drain({"--node", "beta"}, sent, out) == 0);
  BOOST_TEST(contains(sent, R"("payload":{"node":true,"name":"beta"})"), sent);
  BOOST_TEST(out.starts_with("beta takes no more calls"));
}

BOOST_AUTO_TEST_CASE(neither_both_nor_nothing_is_drained) {
  std::string sent, out;
  BOOST_TEST(drain({}, sent, out) == 2);
  BOOST_TEST(drain({"echo", "--node", "beta"}, sent, out) == 2);
  BOOST_TEST(drain({"--node", ""}, sent, out) == 2); // of a variable that is not set
  BOOST_TEST(sent.empty());
}

BOOST_AUTO_TEST_CASE(what_follows_node_and_is_no_name_drains_nothing_and_is_told) {
  for (auto given : {"/nowhere/a.sock", "alpha@beta"}) {
    std::string sent, out;
    BOOST_TEST(drain({"--node", given}, sent, out) == 2);
    BOOST_TEST(sent.empty());
    BOOST_TEST(contains(out, "\"" + std::string{given} + "\" is no name of a node"), out);
  }
}

BOOST_AUTO_TEST_SUITE_END()
