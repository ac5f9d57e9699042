// Proves that the script which makes certificates for a cluster says what it does, and
// that what it cannot finish leaves nothing behind.
#include "tests/program/harness/commands.hpp"
#include "tests/program/harness/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace certificates_script {

struct one_folder {
  temporary_folder folder;

  /// Runs a line of bash in the folder, and returns what it printed.
  std::string shell(const std::string& line, int status = 0) const {
    auto [ended, output] = run({"bash", "-c", line}, folder.path());
    BOOST_TEST(ended == status, line << ": " << output);
    return output;
  }

  /// Makes certificates in the folder `made`.
  std::string make(const std::string& nodes, int status = 0,
                   const std::string& variables = {}) const {
    return shell(variables + " " + CERTIFICATES_SCRIPT + " made " + nodes, status);
  }

  /// Makes an authority that ends when `openssl x509` with `options` has it end.
  void make_authority(const std::string& options) const {
    shell("mkdir made && cd made"
          " && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key"
          " && openssl req -new -key ca.key -subj /CN=short -out request"
          " && openssl x509 -req -in request -signkey ca.key -out ca.crt "
          + options + " && rm request");
  }

  /// Returns the names of all files in `made`, hidden ones too.
  std::string files() const { return shell("cd made && ls -A | xargs"); }

  /// Whether a file is valid in so many days.
  bool is_valid_in(const std::string& file, int days) const {
    auto line = "cd made && openssl x509 -noout -in " + file + " -checkend "
                + std::to_string(days * 86'400);
    return run({"bash", "-c", line}, folder.path()).first == 0;
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace certificates_script

BOOST_FIXTURE_TEST_SUITE(certificates_script, one_folder)

BOOST_AUTO_TEST_CASE(an_authority_is_made_once_and_outlives_its_certificates) {
  BOOST_TEST(make("alpha") == "made a new authority in made\n");
  BOOST_TEST(files() == "alpha.crt alpha.key ca.crt ca.key\n");
  BOOST_TEST(is_valid_in("alpha.crt", 824));
  BOOST_TEST(!is_valid_in("alpha.crt", 826));
  BOOST_TEST(is_valid_in("ca.crt", 3649));
  auto authority = shell("sha256sum made/ca.*");
  BOOST_TEST(make("alpha beta") == "");
  BOOST_TEST(shell("sha256sum made/ca.*") == authority);
  shell("openssl verify -CAfile made/ca.crt made/alpha.crt made/beta.crt");
}

BOOST_AUTO_TEST_CASE(an_authority_outlives_certificates_of_more_than_ten_years) {
  BOOST_TEST(make("alpha", 0, "DAYS=4000") == "made a new authority in made\n");
  BOOST_TEST(is_valid_in("ca.crt", 4000));
}

BOOST_AUTO_TEST_CASE(a_certificate_that_would_outlive_its_authority_is_warned_of) {
  make_authority("-days 5");
  auto output = make("alpha");
  BOOST_TEST(has(output, "warning: the authority in made ends before"), output);
  BOOST_TEST(has(output, " GMT\n"), output);
  BOOST_TEST(files() == "alpha.crt alpha.key ca.crt ca.key\n");
  BOOST_TEST(make("beta", 0, "DAYS=4") == "");
}

BOOST_AUTO_TEST_CASE(an_authority_that_has_expired_signs_nothing) {
  make_authority(
      "-days 0 && while openssl x509 -in ca.crt -noout -checkend 0; do :; done");
  auto output = make("alpha", 1);
  BOOST_TEST(has(output, "the authority in made has expired: "), output);
  BOOST_TEST(files() == "ca.crt ca.key\n");
}

BOOST_AUTO_TEST_CASE(two_authorities_may_be_in_one_file) {
  make("alpha");
  shell("mv made before");
  make("alpha");
  for (auto files : {"before/ca.crt made/ca.crt", "made/ca.crt before/ca.crt"})
    shell(std::string{"cat "} + files
          + " > both && openssl verify -CAfile both before/alpha.crt made/alpha.crt");
}

BOOST_AUTO_TEST_CASE(without_the_key_of_the_authority_nothing_is_left_behind) {
  make("alpha");
  shell("mv made/ca.key elsewhere");
  BOOST_TEST(make("alpha delta", 1)
             == "scripts/cluster-certificates: ca.key is missing in made: run this where"
                " the authority is kept\n");
  BOOST_TEST(files() == "alpha.crt alpha.key ca.crt\n");
}

BOOST_AUTO_TEST_CASE(with_the_key_of_another_authority_nothing_is_left_behind) {
  make("alpha");
  shell("cp made/alpha.key made/ca.key");
  auto output = make("delta", 1);
  BOOST_TEST(has(output, "do not match"), output);
  BOOST_TEST(files() == "alpha.crt alpha.key ca.crt ca.key\n");
}

BOOST_AUTO_TEST_CASE(the_key_of_an_authority_is_never_replaced) {
  make("alpha");
  shell("mv made/ca.crt elsewhere && cp made/ca.key before");
  auto output = make("delta", 1);
  BOOST_TEST(has(output, "ca.crt is missing in made"), output);
  shell("cmp made/ca.key before");
}

BOOST_AUTO_TEST_SUITE_END()
