#include "protocol/tls/rehearsal.hpp"

#include "tests/protocol/tls/support_tls.hpp"

using namespace troupe;
using namespace troupe::testing;
using tls::context;

namespace tls_rehearsals {

struct one_node : tls_fixture {
  /// Returns why peers would refuse the node alpha with the certificate `own`; nothing if
  /// they would not.
  std::string objection(const issued& own) const {
    auto files = folder.write("own", own);
    auto server = context::for_server(files, ca, tls::oldest_version::tls_1_3);
    auto client = context::for_client(ca, files, tls::oldest_version::tls_1_3);
    BOOST_TEST_REQUIRE(server.has_value());
    BOOST_TEST_REQUIRE(client.has_value());
    auto seen = tls::rehearse(*server, *client, "alpha");
    return seen ? "" : seen.error();
  }
};

bool begins(const std::string& text, const std::string& with) {
  return text.rfind(with, 0) == 0;
}

} // namespace tls_rehearsals

BOOST_FIXTURE_TEST_SUITE(tls_rehearsals, one_node)

BOOST_AUTO_TEST_CASE(a_certificate_that_fits_has_no_objection) {
  BOOST_TEST(objection(alpha) == "");
  BOOST_TEST(objection(trusted.issue({.dns_names = {"other", "alpha"}})) == "");
}

BOOST_AUTO_TEST_CASE(the_certificate_of_another_node_has_the_wrong_name) {
  BOOST_TEST(objection(beta)
             == "wrong_name: the certificate is of beta, and the node is alpha");
  BOOST_TEST(objection(trusted.issue({}))
             == "wrong_name: the certificate is of nobody, and the node is alpha");
}

BOOST_AUTO_TEST_CASE(a_certificate_that_the_authority_has_not_signed_is_foreign) {
  auto other = authority{"Other CA"};
  auto why = objection(other.issue({.dns_names = {"alpha"}}));
  BOOST_TEST(begins(why, "foreign_certificate: "), why);
  auto of_one_name = authority{};
  why = objection(of_one_name.issue({.dns_names = {"alpha"}}));
  BOOST_TEST(begins(why, "foreign_certificate: "), why);
}

BOOST_AUTO_TEST_CASE(a_certificate_must_be_good_for_both_ends) {
  for (auto usage : {"serverAuth", "clientAuth"}) {
    auto why = objection(trusted.issue({.dns_names = {"alpha"}, .usage = usage}));
    BOOST_TEST(begins(why, "bad_certificate: "), why);
  }
}

BOOST_AUTO_TEST_SUITE_END()
