// Proves that a page can look at what the view key is enough for by the routes, and at
// nothing else.
#include "broker/front/dashboard/look_kinds.hpp"

#include "broker/front/http/route_registry.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

using namespace troupe;
using namespace troupe::front;

namespace look_kind_rows {

std::set<std::string> words(std::string_view text) {
  std::set<std::string> out;
  while (!text.empty()) {
    auto one = text.substr(0, text.find(' '));
    out.emplace(one);
    text.remove_prefix(std::min(text.size(), one.size() + 1));
  }
  return out;
}

} // namespace look_kind_rows

BOOST_AUTO_TEST_SUITE(look_kind_rows)

BOOST_AUTO_TEST_CASE(each_route_that_only_shows_has_a_look_that_takes_the_same) {
  std::set<std::string> of_routes;
  auto routes = http::built_in_routes();
  routes.for_each([&](const http::route& r) {
    if (!http::is_for_viewers(r) || r.kind.empty()
        || r.answers != http::answer_form::result)
      return;
    of_routes.emplace(r.kind);
    auto kind = r.kind == dashboard::events_kind.ask ? &dashboard::events_kind
                                                     : dashboard::find_look_kind(r.kind);
    BOOST_TEST_REQUIRE(kind, r.kind);
    if (r.pattern.find('{') != std::string_view::npos)
      BOOST_TEST(kind->takes("name"), r.kind);
    // What all calls take is no member of a payload, and `since` has several spellings.
    for (auto& word : words(r.query))
      if (word != "timeout_ms" && word != "priority" && word != "sinceSeq"
          && word != "since_seq" && word != "wait")
        BOOST_TEST(kind->takes(word), r.kind << ' ' << word);
  });
  for (auto& kind : dashboard::look_kinds())
    BOOST_TEST(of_routes.contains(std::string{kind.ask}), kind.ask);
  BOOST_TEST(of_routes.size() >= 25u);
}

BOOST_AUTO_TEST_CASE(a_look_takes_its_own_members_and_no_parts_of_them) {
  dashboard::look_kind kind{"x", dashboard::look_target::node, "name step"};
  BOOST_TEST(kind.takes("name"));
  BOOST_TEST(kind.takes("step"));
  for (auto other : {"", "nam", "names", "name step", " "})
    BOOST_TEST(!kind.takes(other), other);
}

BOOST_AUTO_TEST_SUITE_END()
