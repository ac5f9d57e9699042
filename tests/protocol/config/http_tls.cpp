#include "tests/protocol/config/support.hpp"

namespace https {

using namespace troupe::config;
using test::check_mistake;
using test::good;

/// Returns the `[http]` of a file with these lines in it.
http read(const std::string& lines) {
  return good("[http]\n" + lines).http;
}

/// Checks that these lines under `[http]` are one mistake, which begins with `start`.
void refused(const std::string& lines, std::string_view start) {
  check_mistake("[http]\n" + lines, start);
}

} // namespace https

BOOST_AUTO_TEST_SUITE(https)

BOOST_AUTO_TEST_CASE(without_tls_http_is_in_the_clear) {
  BOOST_TEST(!read("").tls.has_value());
}

BOOST_AUTO_TEST_CASE(paths_are_relative_to_the_folder_of_the_file) {
  auto h = read("tls = { cert = \"a.crt\", key = \"/etc/a.key\" }");
  BOOST_TEST_REQUIRE(h.tls.has_value());
  BOOST_TEST(h.tls->certificate == "/no/such/folder/a.crt");
  BOOST_TEST(h.tls->key == "/etc/a.key");
  BOOST_TEST(!h.tls->client_authority.has_value());
  h = read("tls = { cert = \"a.crt\", key = \"a.key\", ca = \"ca.crt\" }");
  BOOST_TEST_REQUIRE(h.tls->client_authority.has_value());
  BOOST_TEST(*h.tls->client_authority == "/no/such/folder/ca.crt");
}

BOOST_AUTO_TEST_CASE(what_is_missing_or_wrong_is_named) {
  refused("tls = true", "2: http.tls: expected a table");
  refused("tls = { cert = \"a\" }", "2: http.tls.key: is missing");
  refused("tls = { key = \"a\" }", "2: http.tls.cert: is missing");
  refused("tls = { cert = \"\", key = \"b\" }", "2: http.tls.cert: expected a path");
  refused("tls = { cert = \"a\", key = 1 }", "2: http.tls.key: expected");
  refused("tls = { cert = \"a\", key = \"b\", ca = \"\" }", "2: http.tls.ca: expected");
  refused("tls = { cert = \"a\", key = \"b\", crl = \"c\" }",
          "2: http.tls.crl: unknown key");
}

BOOST_AUTO_TEST_CASE(tls_replaces_no_key_where_strangers_can_connect) {
  refused("listen = \"0.0.0.0:1\"\ntls = { cert = \"a\", key = \"b\" }",
          "2: http.listen: an address that is not loopback needs http.api_key");
}

BOOST_AUTO_TEST_SUITE_END()
