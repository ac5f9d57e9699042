#include "actors/behaviours/router.hpp"

#include "tests/actors/behaviours/support_front.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace routers {

constexpr std::string_view by_region =
    R"({"pointer":"/region","routes":{"eu":"sum-eu","us":"sum-us@beta","7":"seven"}})";

} // namespace routers

BOOST_FIXTURE_TEST_SUITE(routers, front_fixture)

BOOST_AUTO_TEST_CASE(a_value_in_the_payload_chooses_the_pool) {
  start(behaviours::router(), by_region);
  call(1, R"({"region":"eu"})");
  call(2, R"({"region":"us"})");
  call(3, R"({"region":7})");
  BOOST_TEST(called() == "sum-eu sum-us@beta seven");
  answers(1, "2");
  BOOST_TEST(sink->result(2) == "2");
  BOOST_TEST(host->calls[0].what.payload == R"({"region":"eu"})");
}

BOOST_AUTO_TEST_CASE(what_has_no_route_goes_to_the_pool_behind) {
  start(behaviours::router(), by_region);
  call(1, R"({"region":"mars"})");
  call(2, "null");
  BOOST_TEST(called() == "behind behind");
}

BOOST_AUTO_TEST_CASE(without_one_it_is_refused_with_pointer_and_value) {
  behind.clear();
  start(behaviours::router(), by_region);
  call(1, R"({"region":"mars"})");
  call(2, "{}");
  BOOST_TEST(called().empty());
  BOOST_TEST((sink->error(1).what == code::bad_request));
  BOOST_TEST(sink->error(1).message
             == "front: the payload has \"mars\" at \"/region\", expected one of \"7\","
                " \"eu\", \"us\"");
  BOOST_TEST(sink->error(2).message.starts_with(
      "front: the payload has nothing at \"/region\", expected one of"));
}

BOOST_AUTO_TEST_CASE(a_message_is_short_however_long_value_and_table_are) {
  behind.clear();
  std::string routes;
  for (char c = 'a'; c <= 'z'; ++c)
    routes += (routes.empty() ? "\"" : ",\"") + std::string{c} + R"(":"p")";
  start(behaviours::router(), R"({"pointer":"","routes":{)" + routes + "}}");
  call(1, '"' + std::string(10'000, 'x') + '"');
  BOOST_TEST(sink->error(1).message.size() < 500u);
  BOOST_TEST(sink->error(1).message.ends_with(R"("i", "j", …)"));
}

BOOST_AUTO_TEST_CASE(what_it_has_counted_is_asked_for_by_a_call) {
  behind.clear();
  start(behaviours::router(), by_region);
  call(1, R"({"region":"eu"})");
  call(2, R"({"region":"eu"})");
  call(3, "{}");
  BOOST_TEST(counts() == R"({"routed":{"sum-eu":2},"refused":1})");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_its_options_is_told) {
  auto kind = behaviours::router();
  BOOST_TEST(mistakes_of(kind, "{}").size() == 2u);
  constexpr std::string_view at = R"({"pointer":"/r","routes":)";
  auto routes = [&](std::string_view text) { return std::string{at}.append(text) + '}'; };
  BOOST_TEST(is_wrong(kind, routes("{}"), "routes", "a table of values and pools"));
  BOOST_TEST(is_wrong(kind, routes("[]"), "routes", "a table of values and pools"));
  BOOST_TEST(is_wrong(kind, routes(R"({"eu":5})"), "routes", R"("eu": expected)"));
  BOOST_TEST(is_wrong(kind, routes(R"({"eu":"$node"})"), "routes", R"(not "$node")"));
  BOOST_TEST(
      is_wrong(kind, R"({"pointer":"r","routes":{"a":"b"}})", "pointer", "JSON pointer"));
  BOOST_TEST(is_wrong(kind, R"({"routes":{"a":"b"}})", "pointer", "is missing"));
}

BOOST_AUTO_TEST_CASE(it_names_its_pools_so_that_they_are_looked_for) {
  auto pools = behaviours::router().pools(
      {{"pointer", "/r"}, {"routes", {{"a", "one"}, {"b", "two"}}}});
  std::vector<config::named_pool> expected{{"routes: \"a\"", "one"},
                                           {"routes: \"b\"", "two"}};
  BOOST_TEST((pools == expected));
}

BOOST_AUTO_TEST_SUITE_END()
