#include "tests/protocol/support.hpp"

#include "protocol/config/units.hpp"

using namespace std::chrono_literals;
using troupe::config::parse_duration;
using troupe::config::parse_size;

BOOST_AUTO_TEST_SUITE(units)

BOOST_AUTO_TEST_CASE(a_duration_is_a_whole_number_and_a_unit) {
  BOOST_TEST((parse_duration("20us") == 20us));
  BOOST_TEST((parse_duration("250ms") == 250ms));
  BOOST_TEST((parse_duration("5s") == 5s));
  BOOST_TEST((parse_duration("10m") == 10min));
  BOOST_TEST((parse_duration("1h") == 1h));
  BOOST_TEST((parse_duration("0s") == 0s));
  BOOST_TEST((parse_duration("007s") == 7s));
}

BOOST_AUTO_TEST_CASE(another_form_is_no_duration) {
  for (auto bad : {"", "5", "s", "-5s", "+5s", " 5s", "5s ", "5 s", "1.5s", "5S", "5sec",
                   "5d", "1h30m", "0x5s", "1e3s", "5ms5"})
    BOOST_TEST(!parse_duration(bad), bad);
}

BOOST_AUTO_TEST_CASE(a_duration_that_does_not_fit_is_none) {
  BOOST_TEST((parse_duration("9223372036854775807us").value()
              == std::chrono::microseconds::max()));
  BOOST_TEST(!parse_duration("9223372036854775808us"));
  BOOST_TEST(parse_duration("2562047788h").has_value());
  BOOST_TEST(!parse_duration("2562047789h"));
  BOOST_TEST(!parse_duration("18446744073709551616us"));
}

BOOST_AUTO_TEST_CASE(a_size_is_a_whole_number_with_or_without_a_unit) {
  BOOST_TEST(parse_size("0").value() == 0u);
  BOOST_TEST(parse_size("100").value() == 100u);
  BOOST_TEST(parse_size("100B").value() == 100u);
  BOOST_TEST(parse_size("64KiB").value() == 65'536u);
  BOOST_TEST(parse_size("16MiB").value() == 16'777'216u);
  BOOST_TEST(parse_size("2GiB").value() == 2'147'483'648u);
}

BOOST_AUTO_TEST_CASE(another_form_is_no_size) {
  for (auto bad : {"", "KiB", "-1", "+1", "1.5KiB", "1KB", "1kib", "1K", "1M", "1 KiB",
                   " 1", "1TiB", "1KiB "})
    BOOST_TEST(!parse_size(bad), bad);
}

BOOST_AUTO_TEST_CASE(a_size_that_does_not_fit_is_none) {
  BOOST_TEST(parse_size("18446744073709551615").value() == UINT64_MAX);
  BOOST_TEST(!parse_size("18446744073709551616"));
  BOOST_TEST(parse_size("17179869183GiB").has_value());
  BOOST_TEST(!parse_size("17179869184GiB"));
}

BOOST_AUTO_TEST_SUITE_END()
