#include "tests/protocol/hello/support_hello.hpp"
#include "tests/protocol/support.hpp"

using namespace troupe;
using namespace troupe::hello;
using namespace troupe::testing;
using std::chrono::milliseconds;

namespace introductions {

/// Returns why the two do not fit; it is the same, whichever side asks.
reason mismatch_of(const introduction& a, const introduction& b) {
  auto forth = mismatch(a, b);
  auto back = mismatch(b, a);
  BOOST_TEST_REQUIRE(forth.has_value());
  BOOST_TEST_REQUIRE(back.has_value());
  BOOST_TEST(forth->why == back->why);
  BOOST_TEST(!forth->message.empty());
  return forth->why;
}

} // namespace introductions

BOOST_AUTO_TEST_SUITE(introductions)

BOOST_AUTO_TEST_CASE(two_nodes_of_a_cluster_fit_together) {
  BOOST_TEST(!mismatch(node_named("alpha"), node_named("beta")));
}

BOOST_AUTO_TEST_CASE(each_way_not_to_fit_has_its_word) {
  auto alpha = node_named("alpha");
  auto beta = node_named("beta");
  beta.cluster = "test";
  BOOST_TEST(mismatch_of(alpha, beta) == reason::other_cluster);
  BOOST_TEST(mismatch_of(alpha, node_named("alpha", 8)) == reason::own_name);
  BOOST_TEST(mismatch_of(alpha, alpha) == reason::dialled_itself);
  beta = node_named("beta");
  beta.process = alpha.process;
  BOOST_TEST(mismatch_of(alpha, beta) == reason::id_taken);
}

BOOST_AUTO_TEST_CASE(adjacent_versions_meet_at_the_newest_that_both_speak) {
  auto alpha = node_named("alpha");
  auto beta = node_named("beta");
  alpha.versions = {1, 2};
  beta.versions = {2, 3};
  BOOST_TEST(!mismatch(alpha, beta));
  BOOST_TEST(common_version(alpha.versions, beta.versions) == 2u);
  beta.versions = {3, 4};
  BOOST_TEST(mismatch_of(alpha, beta) == reason::version_mismatch);
}

BOOST_AUTO_TEST_CASE(heartbeats_may_differ_by_half) {
  auto alpha = node_named("alpha");
  auto beta = node_named("beta");
  beta.beat = milliseconds{1000};
  BOOST_TEST(!mismatch(alpha, beta));
  BOOST_TEST(!mismatch(beta, alpha));
  beta.beat = milliseconds{1001};
  BOOST_TEST(mismatch_of(alpha, beta) == reason::beats_differ);
}

BOOST_AUTO_TEST_SUITE_END()
