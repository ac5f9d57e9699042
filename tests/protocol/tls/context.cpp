#include "tests/protocol/support.hpp"
#include "tests/protocol/tls/support_tls.hpp"

using namespace troupe;
using namespace troupe::testing;
using tls::context;

namespace tls_contexts {

struct files : tls_fixture {
  /// Returns why an end with these files cannot be.
  static std::string refusal(const tls::identity& own,
                             const std::optional<std::filesystem::path>& ca = {}) {
    auto server = context::for_server(own, ca, version::tls_1_3);
    auto client = context::for_client(ca, own, version::tls_1_3);
    BOOST_TEST_REQUIRE(!server);
    BOOST_TEST_REQUIRE(!client);
    BOOST_TEST(server.error() == client.error());
    return server.error();
  }

  tls::identity good = folder.write("good", alpha);
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace tls_contexts

BOOST_FIXTURE_TEST_SUITE(tls_contexts, files)

BOOST_AUTO_TEST_CASE(a_missing_file_is_named) {
  auto missing = folder / "nothing.pem";
  for (auto& why : {refusal({missing, good.key}), refusal({good.certificate, missing}),
                    refusal(good, missing)}) {
    BOOST_TEST(has(why, "nothing.pem: "), why);
    BOOST_TEST(has(why, "No such file"), why);
  }
  BOOST_TEST(has(refusal({folder / "", good.key}), "folder"));
}

BOOST_AUTO_TEST_CASE(a_key_must_fit_its_certificate) {
  auto other = folder.write("other", beta);
  auto why = refusal({good.certificate, other.key});
  BOOST_TEST(has(why, "other.key: "), why);
  BOOST_TEST(has(why, "does not fit"), why);
  BOOST_TEST(has(why, "good.crt"), why);
}

BOOST_AUTO_TEST_CASE(a_file_without_what_is_expected_in_it_is_named) {
  auto empty = folder.write("empty", "");
  auto words = folder.write("words", "not a certificate\n");
  for (auto& file : {empty, words, good.key})
    BOOST_TEST(has(refusal({file, good.key}), file.string() + ": no certificate"));
  for (auto& file : {empty, words, good.certificate})
    BOOST_TEST(
        has(refusal({good.certificate, file}), file.string() + ": no private key"));
  for (auto& file : {empty, words})
    BOOST_TEST(has(refusal(good, file), file.string() + ": no certificate"));
  auto damaged = alpha.certificate;
  damaged[damaged.size() / 2] = '!';
  auto why = refusal({folder.write("damaged", damaged), good.key});
  BOOST_TEST(has(why, "damaged"), why);
}

BOOST_AUTO_TEST_CASE(a_certificate_out_of_its_time_is_told_of) {
  auto old = folder.write("old", trusted.issue({.begins = -600, .ends = -60}));
  BOOST_TEST(has(refusal(old), "old.crt: the certificate has expired"));
  auto early = folder.write("early", trusted.issue({.begins = 600}));
  BOOST_TEST(has(refusal(early), "early.crt: the certificate is not valid yet"));
}

BOOST_AUTO_TEST_CASE(a_key_with_a_passphrase_asks_nobody_for_it) {
  const std::string locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                             "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi8a1Xk\n"
                             "-----END ENCRYPTED PRIVATE KEY-----\n";
  auto why = refusal({good.certificate, folder.write("locked", locked)});
  BOOST_TEST(has(why, "locked: "), why);
}

BOOST_AUTO_TEST_CASE(a_client_trusts_the_systems_authorities_if_none_is_named) {
  BOOST_TEST(context::for_client({}, {}, version::tls_1_2).has_value());
  auto p = pair(server_of(alpha), context::for_client({}, good, version::tls_1_3).value(),
                "alpha");
  p.settle();
  BOOST_TEST(p.client.flaw() == tls::flaw::foreign_certificate);
}

BOOST_AUTO_TEST_SUITE_END()
