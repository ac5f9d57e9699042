#include "protocol/base/host_port.hpp"

#include "tests/protocol/support.hpp"

#include <string>

using troupe::is_host_port;

BOOST_AUTO_TEST_SUITE(hosts_with_ports)

BOOST_AUTO_TEST_CASE(places_that_can_be_dialled) {
  // The last is the host name of a container, perhaps.
  for (auto text : {"beta.example:7718", "127.0.0.1:1", "[::1]:65535", "[2001:DB8::1]:80",
                    "my_host-2:7718", "123456789012:7718"})
    BOOST_TEST(is_host_port(text), text);
}

BOOST_AUTO_TEST_CASE(what_is_none) {
  using namespace std::string_literals;
  for (auto& text :
       {""s,           ":"s,         "beta"s,       "beta:"s,
        ":7718"s,      "beta:0"s,    "beta:65536"s, "beta:-1"s,
        "beta:+1"s,    "beta: 1"s,   "beta:1 "s,    "beta:http"s,
        "::1:80"s,     "[]:80"s,     "[:80"s,       "]:80"s,
        "[beta]:80"s,  "\x1b[2J:1"s, "al pha:1"s,   "a/b:1"s,
        "http://a:1"s, "a\0b:1"s,    "a:1\n"s,      std::string(254, 'a') + ":1"})
    BOOST_TEST(!is_host_port(text), text);
}

BOOST_AUTO_TEST_SUITE_END()
