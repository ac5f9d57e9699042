// Proves which pages may connect to a front.
#include "broker/front/page_origins.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe::front;

BOOST_AUTO_TEST_SUITE(origins_of_pages)

BOOST_AUTO_TEST_CASE(a_name_that_others_may_point_here_is_no_origin_of_its_own) {
  page_origins none;
  BOOST_TEST(!none.allows("http://evil.example", "http", "evil.example"));
  BOOST_TEST(none.allows("http://localhost:8080", "http", "localhost:8080"));
  BOOST_TEST(none.allows("http://[::1]:8080", "http", "[::1]:8080"));
  BOOST_TEST(none.allows("", "http", "evil.example"));
}

BOOST_AUTO_TEST_CASE(where_pages_show_a_key_the_host_is_the_name_that_was_used) {
  page_origins any{{}, own_host::any};
  BOOST_TEST(any.allows("http://troupe.example:7717", "http", "Troupe.example:7717"));
  BOOST_TEST(any.allows("https://[2001:db8::1]", "https", "[2001:db8::1]"));
  for (auto other : {"http://troupe.example:7718", "http://troupe.example",
                     "https://troupe.example:7717", "http://troupe.example.evil:7717",
                     "null", "http://", "troupe.example:7717"})
    BOOST_TEST(!any.allows(other, "http", "troupe.example:7717"), other);
  BOOST_TEST(!any.allows("http://", "http", ""));
}

BOOST_AUTO_TEST_CASE(the_port_of_a_scheme_is_left_out_or_not) {
  page_origins any{{}, own_host::any};
  BOOST_TEST(any.allows("http://a.example", "http", "a.example:80"));
  BOOST_TEST(any.allows("https://a.example", "https", "a.example:443"));
  BOOST_TEST(any.allows("https://[::1]", "https", "[::1]:443"));
  BOOST_TEST(!any.allows("http://a.example", "http", "a.example:443"));
  BOOST_TEST(!any.allows("https://a.example", "http", "a.example"));
}

BOOST_AUTO_TEST_CASE(those_that_are_allowed_may_be_anywhere) {
  page_origins one{{"https://proxy.example"}, own_host::any};
  BOOST_TEST(one.allows("https://Proxy.example", "http", "127.0.0.1:7717"));
  BOOST_TEST(!one.allows("http://proxy.example", "http", "127.0.0.1:7717"));
}

BOOST_AUTO_TEST_SUITE_END()
