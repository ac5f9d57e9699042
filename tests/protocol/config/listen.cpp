#include "tests/protocol/support.hpp"

#include "protocol/config/listen.hpp"

using troupe::config::is_loopback;
using troupe::config::listen_address;
using troupe::config::parse_listen;

BOOST_AUTO_TEST_SUITE(listen_addresses)

BOOST_AUTO_TEST_CASE(a_host_and_a_port_are_taken_apart) {
  BOOST_TEST((parse_listen("127.0.0.1:7717") == listen_address{"127.0.0.1", 7717}));
  BOOST_TEST((parse_listen("[::1]:80") == listen_address{"::1", 80}));
  BOOST_TEST((parse_listen("localhost:0") == listen_address{"localhost", 0}));
  BOOST_TEST((parse_listen("a-1.example:65535") == listen_address{"a-1.example", 65535}));
}

BOOST_AUTO_TEST_CASE(another_form_is_no_address) {
  for (auto bad : {"",
                   ":",
                   "localhost",
                   ":80",
                   "127.0.0.1:",
                   "127.0.0.1:65536",
                   "127.0.0.1:-1",
                   "127.0.0.1:+1",
                   "127.0.0.1:80 ",
                   "127.0.0.1:x",
                   "::1:80",
                   "[::1]",
                   "[::1:80",
                   "[]:80",
                   "[127.0.0.1]:80",
                   "[x]:80",
                   "300.0.0.1:80",
                   "1.2.3:80",
                   "a b:80",
                   "a/b:80",
                   "*:80",
                   "http://a:80"})
    BOOST_TEST(!parse_listen(bad), bad);
  BOOST_TEST(!parse_listen(std::string_view{"127.0.0.1\0x:80", 14}));
}

BOOST_AUTO_TEST_CASE(only_this_machine_is_loopback) {
  for (auto own :
       {"127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1", "localhost", "LocalHost"})
    BOOST_TEST(is_loopback(own), own);
  for (auto other : {"0.0.0.0", "128.0.0.1", "10.0.0.1", "::", "::2", "127.0.0.1.example",
                     "localhost.example", "127.1", ""})
    BOOST_TEST(!is_loopback(other), other);
}

BOOST_AUTO_TEST_SUITE_END()
