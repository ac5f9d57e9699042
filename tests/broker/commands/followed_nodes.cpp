#include "broker/commands/followed_nodes.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::commands;

namespace followed {

constexpr auto both =
    R"([{"node":"alpha","self":true,"state":"up"},{"node":"beta","self":false,"state":"suspect"}])";
constexpr auto one =
    R"([{"node":"alpha","self":true,"state":"up"},{"node":"beta","self":false,"state":"down"}])";

/// Returns the orders as `target since`, joined.
std::string text_of(const std::vector<followed_nodes::order>& all) {
  std::string out;
  for (auto& o : all)
    out += o.target + ' ' + o.since + ';';
  return out;
}

} // namespace followed

BOOST_AUTO_TEST_SUITE(followed)

BOOST_AUTO_TEST_CASE(nodes_that_are_there_are_followed_from_now_on_and_once) {
  followed_nodes nodes;
  BOOST_TEST(text_of(nodes.take(both)) == "$node null;$node@beta null;");
  BOOST_TEST(nodes.take(both).empty());
}

BOOST_AUTO_TEST_CASE(one_that_comes_later_is_followed_from_its_first_event) {
  followed_nodes nodes;
  BOOST_TEST(text_of(nodes.take(one)) == "$node null;");
  BOOST_TEST(text_of(nodes.take(both)) == "$node@beta 0;");
}

BOOST_AUTO_TEST_CASE(one_that_comes_back_is_followed_from_where_it_was_lost) {
  followed_nodes nodes;
  nodes.take(both);
  nodes.note("beta", "17");
  nodes.lose("beta");
  BOOST_TEST(nodes.take(one).empty());
  BOOST_TEST(text_of(nodes.take(both)) == "$node@beta 17;");
}

BOOST_AUTO_TEST_CASE(one_that_was_started_anew_is_followed_from_its_first_event) {
  followed_nodes nodes;
  auto beta = [](const std::string& run) {
    return R"([{"node":"beta","self":false,"state":"up","incarnation":)" + run + "}]";
  };
  nodes.take(beta("5"));
  nodes.note("beta", "17");
  nodes.lose("beta");
  BOOST_TEST(text_of(nodes.take(beta("6"))) == "$node@beta 0;");
  nodes.note("beta", "3");
  nodes.lose("beta");
  BOOST_TEST(text_of(nodes.take(beta("6"))) == "$node@beta 3;");
}

BOOST_AUTO_TEST_CASE(what_is_no_list_names_nobody) {
  followed_nodes nodes;
  BOOST_TEST(nodes.take("null").empty());
}

BOOST_AUTO_TEST_SUITE_END()
