#include "protocol/base/ip_range.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

namespace ip_ranges {

bool holds(const char* range, const char* address) {
  auto r = ip_range::parse(range);
  auto a = parse_ip(address);
  BOOST_TEST_REQUIRE(r.has_value());
  BOOST_TEST_REQUIRE(a.has_value());
  return r->contains(*a);
}

} // namespace ip_ranges

BOOST_AUTO_TEST_SUITE(ip_ranges)

BOOST_AUTO_TEST_CASE(a_range_holds_the_addresses_that_begin_as_it_does) {
  BOOST_TEST(holds("10.0.0.0/8", "10.255.0.1"));
  BOOST_TEST(!holds("10.0.0.0/8", "11.0.0.1"));
  BOOST_TEST(holds("192.168.1.9/30", "192.168.1.10"));
  BOOST_TEST(!holds("192.168.1.9/30", "192.168.1.12"));
  BOOST_TEST(holds("127.0.0.1", "127.0.0.1"));
  BOOST_TEST(!holds("127.0.0.1", "127.0.0.2"));
  BOOST_TEST(holds("0.0.0.0/0", "8.8.8.8"));
  BOOST_TEST(!holds("0.0.0.0/0", "::1"));
  BOOST_TEST(holds("fd00::/8", "fd12::1"));
  BOOST_TEST(!holds("fd00::/8", "fe80::1"));
  BOOST_TEST(holds("::/0", "127.0.0.1"));
}

BOOST_AUTO_TEST_CASE(other_forms_are_none) {
  for (auto text : {"", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129",
                    "10.0.0.0/8x", "localhost", "[::1]", "127.0.0.1:80"})
    BOOST_TEST(!ip_range::parse(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
