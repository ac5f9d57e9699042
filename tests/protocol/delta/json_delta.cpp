#include "protocol/delta/json_delta.hpp"
#include "tests/protocol/delta/applied_delta.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

namespace json = boost::json;
using namespace troupe;
using delta::json_delta;
using testing::applied_delta;

namespace json_deltas {

std::string delta_of(std::string_view before, std::string_view after) {
  return json_delta(before, after).value_or("none");
}

/// Values whose members and rows have few names, so that two of them have much in common.
class value_source {
public:
  explicit value_source(unsigned seed)
    : random_(seed) {}

  size_t below(size_t n) { return random_() % n; }

  json::value any(int depth) {
    switch (below(depth > 0 ? 8 : 5)) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
        return below(4);
      case 3:
        return json::string{text()};
      case 4:
        return json::array{};
      case 5:
        return list(depth - 1);
      case 6:
        return rows(depth - 1);
      default:
        return object(depth - 1);
    }
  }

  json::object object(int depth) {
    json::object out;
    for (auto n = below(6); n > 0; --n)
      out[text()] = any(depth);
    return out;
  }

  json::array list(int depth) {
    json::array out;
    for (auto n = below(4); n > 0; --n)
      out.push_back(any(depth));
    return out;
  }

  json::array rows(int depth) {
    std::vector<std::string> names{"a", "b", "7", "10", "a b", "$set", "\"", "ö"};
    std::shuffle(names.begin(), names.end(), random_);
    auto key = below(4) == 0 ? "id" : "name";
    json::array out;
    for (size_t n = below(names.size()); n > 0; --n) {
      auto row = object(depth);
      row[key] = names[n];
      out.push_back(std::move(row));
    }
    return out;
  }

  /// Returns `v` with some of it changed.
  json::value changed(const json::value& v, int depth) {
    if (below(8) == 0)
      return any(depth);
    if (auto o = v.if_object()) {
      json::object out;
      for (auto& [key, value] : *o)
        if (below(6) > 0)
          out[key] = below(2) == 0 ? value : changed(value, depth - 1);
      if (below(3) == 0)
        out[text()] = any(depth - 1);
      return out;
    }
    if (auto a = v.if_array()) {
      std::vector<json::value> all;
      for (auto& element : *a)
        if (below(6) > 0)
          all.push_back(below(2) == 0 ? element : changed(element, depth - 1));
      if (below(4) == 0)
        std::shuffle(all.begin(), all.end(), random_);
      return json::array(all.begin(), all.end());
    }
    return below(2) == 0 ? v : any(depth - 1);
  }

private:
  std::string text() {
    static const std::vector<std::string> texts{
        "name", "id", "a", "b", "$null", "$set", "$gone", "$$x", "", "\n", "\"", "7"};
    return texts[below(texts.size())];
  }

  std::mt19937 random_;
};

} // namespace json_deltas

BOOST_AUTO_TEST_SUITE(json_deltas)

BOOST_AUTO_TEST_CASE(only_members_that_changed_are_in_it) {
  BOOST_TEST(delta_of(R"({"a":1,"b":{"c":[1],"d":2},"e":"long enough"})",
                      R"({"a":1,"b":{"c":[1],"d":3},"e":"long enough"})")
             == R"({"b":{"d":3}})");
}

BOOST_AUTO_TEST_CASE(a_member_that_is_gone_is_null_and_one_that_becomes_null_is_listed) {
  BOOST_TEST(delta_of(R"({"pid":4711,"old":1,"rest":"aaaaaaaaaaaaaaaaa"})",
                      R"({"pid":null,"rest":"aaaaaaaaaaaaaaaaa"})")
             == R"({"old":null,"$null":["pid"]})");
}

BOOST_AUTO_TEST_CASE(a_new_object_says_its_nulls_in_the_same_way) {
  BOOST_TEST(
      delta_of(R"({"exit":null,"rest":"aaaaaaaaaaaaaaaaaaaaaaaaa"})",
               R"({"exit":{"code":null,"pid":7},"rest":"aaaaaaaaaaaaaaaaaaaaaaaaa"})")
      == R"({"exit":{"pid":7,"$null":["code"]}})");
}

BOOST_AUTO_TEST_CASE(a_key_that_looks_like_one_of_the_delta_is_marked) {
  BOOST_TEST(
      delta_of(R"({"$set":1,"rest":"aaaaaaaaa"})", R"({"$set":2,"rest":"aaaaaaaaa"})")
      == R"({"$$set":2})");
}

BOOST_AUTO_TEST_CASE(rows_are_told_by_their_names) {
  BOOST_TEST(
      delta_of(
          R"([{"name":"a","n":1},{"name":"b","n":1},{"name":"c","n":1},{"name":"d","n":1}])",
          R"([{"name":"a","n":1},{"name":"c","n":2},{"name":"d","n":1},{"name":"e","n":1}])")
      == R"({"$set":{"c":{"n":2},"e":{"name":"e","n":1}},"$gone":["b"]})");
}

BOOST_AUTO_TEST_CASE(rows_without_a_name_are_told_by_another_member) {
  BOOST_TEST(delta_of(R"([{"id":"x","n":1},{"id":"y","n":1,"rest":"aaaaaaaaaa"}])",
                      R"([{"id":"x","n":2},{"id":"y","n":1,"rest":"aaaaaaaaaa"}])")
             == R"({"$key":"id","$set":{"x":{"n":2}}})");
}

BOOST_AUTO_TEST_CASE(a_new_order_is_said) {
  BOOST_TEST(
      delta_of(R"([{"name":"a","rest":"aaaaaaaaa"},{"name":"b","rest":"aaaaaaaaa"}])",
               R"([{"name":"b","rest":"aaaaaaaaa"},{"name":"a","rest":"aaaaaaaaa"}])")
      == R"({"$set":{},"$order":["b","a"]})");
}

/// The keys of an object in JavaScript are in another order then.
BOOST_AUTO_TEST_CASE(the_order_is_said_if_a_new_name_may_be_a_number) {
  BOOST_TEST(
      delta_of(R"([{"name":"a","rest":"aaaaaaaaaaaaaaaaaaaaaaaaaaaa"}])",
               R"([{"name":"a","rest":"aaaaaaaaaaaaaaaaaaaaaaaaaaaa"},{"name":"7"}])")
      == R"({"$set":{"7":{"name":"7"}},"$order":["a","7"]})");
}

BOOST_AUTO_TEST_CASE(an_array_without_names_is_whole) {
  BOOST_TEST(delta_of(R"({"lines":[1,2],"rest":"aaaaaaaaa"})",
                      R"({"lines":[1,2,3],"rest":"aaaaaaaaa"})")
             == R"({"lines":[1,2,3]})");
  BOOST_TEST(delta_of(R"({"x":[{"name":"a"},{"name":"a"}],"rest":"aaaaaaaaa"})",
                      R"({"x":[{"name":"a"},{"name":"b"}],"rest":"aaaaaaaaa"})")
             == R"({"x":[{"name":"a"},{"name":"b"}]})");
}

BOOST_AUTO_TEST_CASE(there_is_none_if_it_would_not_be_shorter_or_the_kind_changes) {
  BOOST_TEST(delta_of(R"({"a":1})", R"({"b":2})") == "none");
  BOOST_TEST(delta_of("[1,2]", "[1,3]") == "none");
  BOOST_TEST(delta_of("1", "1") == "none");
  BOOST_TEST(delta_of("{}", "[]") == "none");
}

BOOST_AUTO_TEST_CASE(what_has_not_changed_has_a_delta_that_changes_nothing) {
  BOOST_TEST(delta_of(R"({"a":1})", R"({"a":1})") == "{}");
  BOOST_TEST(delta_of(R"([{"name":"a"}])", R"([{"name":"a"}])") == R"({"$set":{}})");
}

BOOST_AUTO_TEST_CASE(applied_to_the_value_before_it_gives_the_value_after) {
  size_t shorter = 0;
  for (unsigned seed = 0; seed < 20000; ++seed) {
    value_source values{seed};
    auto before = seed % 2 == 0 ? json::value(values.rows(3)) : values.object(4);
    auto after = values.changed(before, 4);
    auto d = json_delta(json::serialize(before), json::serialize(after));
    if (!d)
      continue;
    ++shorter;
    BOOST_TEST_REQUIRE(applied_delta(before, json::parse(*d)) == after,
                       "seed " << seed << ": " << before << " -> " << after << ": "
                               << *d);
  }
  BOOST_TEST(shorter > 4000u);
}

BOOST_AUTO_TEST_SUITE_END()
