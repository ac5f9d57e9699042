#include "protocol/config/load.hpp"
#include "tests/protocol/config/support.hpp"

using namespace troupe;
using namespace troupe::config;

namespace plugins_of_the_node {

/// Reads `[node]` with this line, with a loader that refuses what has `bad` in its name.
/// @param loaded Gets what the loader was asked for.
result<file, mistake_list> read(std::string_view line, std::vector<std::string>& loaded) {
  auto workers = test::known_workers();
  known_kinds known{workers};
  known.load_plugin =
      [&](const std::filesystem::path& path) -> result<void, std::string> {
    loaded.push_back(path.string());
    if (path.string().find("bad") != std::string::npos)
      return failure(path.string() + " is bad");
    return {};
  };
  return parse("[node]\n" + std::string{line}, test::path, known);
}

} // namespace plugins_of_the_node

BOOST_AUTO_TEST_SUITE(plugins_of_the_node)

BOOST_AUTO_TEST_CASE(a_plugin_is_relative_to_the_file_and_loaded_in_order) {
  std::vector<std::string> loaded;
  auto r = read(R"(plugins = ["libsum.so", "sub/../b.so", "/lib/c.so"])", loaded);
  BOOST_TEST_REQUIRE(r.has_value());
  std::vector<std::string> wanted = {"/no/such/folder/libsum.so", "/no/such/folder/b.so",
                                     "/lib/c.so"};
  BOOST_TEST(loaded == wanted, boost::test_tools::per_element());
  BOOST_TEST_REQUIRE(r->node.plugins.size() == 3u);
  BOOST_TEST(r->node.plugins[0].string() == wanted[0]);
}

BOOST_AUTO_TEST_CASE(each_refusal_is_a_mistake_at_the_key) {
  std::vector<std::string> loaded;
  auto r = read(R"(plugins = ["bad1.so", "", "good.so", "bad2.so"])", loaded);
  BOOST_TEST_REQUIRE(!r.has_value());
  BOOST_TEST_REQUIRE(r.error().size() == 3u);
  BOOST_TEST(to_string(r.error()[0])
             == std::string{test::path}
                    + ":2: node.plugins: /no/such/folder/bad1.so is bad");
  BOOST_TEST(loaded.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_program_without_plugins_refuses_the_key) {
  test::check_mistake("[node]\nplugins = [\"a.so\"]", "2: node.plugins: this program");
  test::check_mistake("[node]\nplugins = \"a.so\"", "2: node.plugins: expected");
}

BOOST_AUTO_TEST_SUITE_END()
