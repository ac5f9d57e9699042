#include "tests/broker/support.hpp"

#include "broker/commands/format.hpp"

using namespace std::chrono_literals;
using troupe::commands::format_duration;
using troupe::commands::format_size;

BOOST_AUTO_TEST_SUITE(values_for_people)

BOOST_AUTO_TEST_CASE(a_duration_has_at_most_two_units) {
  BOOST_TEST(format_duration(-5ms) == "0ms");
  BOOST_TEST(format_duration(0ms) == "0ms");
  BOOST_TEST(format_duration(999ms) == "999ms");
  BOOST_TEST(format_duration(1999ms) == "1s");
  BOOST_TEST(format_duration(59s) == "59s");
  BOOST_TEST(format_duration(60s) == "1m00s");
  BOOST_TEST(format_duration(59min + 59s) == "59m59s");
  BOOST_TEST(format_duration(1h + 2min + 3s) == "1h02m");
  BOOST_TEST(format_duration(24h) == "1d00h");
  BOOST_TEST(format_duration(1000h) == "41d16h");
}

BOOST_AUTO_TEST_CASE(a_size_has_at_most_one_decimal) {
  BOOST_TEST(format_size(0) == "0B");
  BOOST_TEST(format_size(1023) == "1023B");
  BOOST_TEST(format_size(1024) == "1KiB");
  BOOST_TEST(format_size(1536) == "1.5KiB");
  BOOST_TEST(format_size(10 * 1024 + 900) == "10KiB");
  BOOST_TEST(format_size(64ULL << 20) == "64MiB");
  BOOST_TEST(format_size(9'999'999'999) == "9.3GiB");
  BOOST_TEST(format_size(~0ULL) == "16383PiB");
}

BOOST_AUTO_TEST_CASE(columns_are_counted_in_characters) {
  BOOST_TEST(troupe::commands::columns("") == 0u);
  BOOST_TEST(troupe::commands::columns("caf\xC3\xA9") == 4u);
}

BOOST_AUTO_TEST_SUITE_END()
