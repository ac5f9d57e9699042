// Proves what becomes of a call whose worker died under it.
#include "tests/program/willing.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace retries {

constexpr auto patient = "restart = { intensity = 1000, delay = \"1ms\" }\n";
constexpr auto idempotent = "\"idempotent\":true";

} // namespace retries

BOOST_AUTO_TEST_SUITE(retries)

BOOST_AUTO_TEST_CASE(an_idempotent_call_runs_again_when_its_worker_died) {
  temporary_folder folder;
  node_process node{willing("w", std::string{patient} + "size = 2\nretries = 1")};
  auto client = node.connect();
  auto payload = "{\"file\":\"" + folder.path() + "/once\"}";
  auto r = client.call("w", "die_once", payload, idempotent);
  BOOST_TEST(r["error"] == "null", r);
}

BOOST_AUTO_TEST_CASE(another_call_does_not) {
  temporary_folder folder;
  node_process node{willing("w", std::string{patient} + "size = 2\nretries = 1")};
  auto client = node.connect();
  auto payload = "{\"file\":\"" + folder.path() + "/once\"}";
  BOOST_TEST(client.call("w", "die_once", payload)["error.code"] == "worker_died");
}

BOOST_AUTO_TEST_CASE(a_pool_without_retries_runs_nothing_again) {
  temporary_folder folder;
  node_process node{willing("w", patient)};
  auto client = node.connect();
  auto payload = "{\"file\":\"" + folder.path() + "/once\"}";
  auto r = client.call("w", "die_once", payload, idempotent);
  BOOST_TEST(r["error.code"] == "worker_died");
}

BOOST_AUTO_TEST_CASE(a_call_is_run_as_often_as_the_pool_says_and_within_its_deadline) {
  node_process node{willing("w", std::string{patient} + "retries = 3\nquarantine = 0")};
  auto client = node.connect();
  client.call("w", "pid");
  auto r = client.call("w", "die", "1", "\"idempotent\":true,\"timeout_ms\":15000");
  BOOST_TEST(r["error.code"] == "worker_died", r);
  BOOST_TEST(eventually([&] { return node.worker("w.0").number("restarts") == 4; }));
}

BOOST_AUTO_TEST_CASE(a_call_that_kills_its_workers_is_refused_and_only_that_one) {
  node_process node{willing("w", std::string{patient} + "quarantine = 2")};
  auto client = node.connect();
  for (int i = 0; i < 2; ++i)
    BOOST_TEST(client.call("w", "die", "\"poison\"")["error.exit_code"] == "3");
  auto deaths = node.worker("w.0").number("restarts");
  auto r = client.call("w", "die", "\"poison\"");
  BOOST_TEST(r["error.code"] == "worker_died");
  BOOST_TEST(r["error.quarantined"] == "true");
  BOOST_TEST(client.call("w", "echo", "\"poison\"")["error"] == "null");
  BOOST_TEST(node.worker("w.0").number("restarts") == deaths);
  BOOST_TEST(node.errors().find("is not run again") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
