#include "protocol/base/rare.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

using namespace troupe;

BOOST_AUTO_TEST_SUITE(rare_values)

BOOST_AUTO_TEST_CASE(an_absent_one_has_the_size_of_a_pointer) {
  BOOST_TEST((sizeof(rare<std::array<char, 1000>>) == sizeof(void*)));
  BOOST_TEST(!rare<std::string>{}.has_value());
}

BOOST_AUTO_TEST_CASE(it_is_set_made_and_reset) {
  rare<std::string> text;
  text = "a";
  BOOST_TEST(*text == "a");
  BOOST_TEST((text.ensure() += "b") == "ab");
  text.reset();
  BOOST_TEST(!text);
  BOOST_TEST(text.ensure().empty());
}

BOOST_AUTO_TEST_CASE(a_copy_has_a_value_of_its_own) {
  rare<std::string> text{std::optional<std::string>{"a"}};
  auto copy = text;
  copy->push_back('b');
  BOOST_TEST(*text == "a");
  BOOST_TEST(*copy == "ab");
}

BOOST_AUTO_TEST_CASE(what_is_taken_out_is_gone) {
  rare<std::string> text{std::optional<std::string>{"a"}};
  BOOST_TEST((text.take() == "a"));
  BOOST_TEST(!text);
  BOOST_TEST((text.take() == std::nullopt));
}

BOOST_AUTO_TEST_SUITE_END()
