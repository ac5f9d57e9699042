#include "actors/cluster/call_results.hpp"

#include "tests/actors/fixture.hpp"

using namespace troupe;
using namespace troupe::cluster;

namespace names_of_nodes_in_results {

fault died(std::string worker, std::string message) {
  fault why{code::worker_died, std::move(message)};
  why.details.worker.emplace();
  why.details.worker->name = std::move(worker);
  return why;
}

} // namespace names_of_nodes_in_results

BOOST_AUTO_TEST_SUITE(names_of_nodes_in_results)

BOOST_AUTO_TEST_CASE(an_outcome_says_at_which_node_its_worker_is) {
  call_result r = outcome{null_payload(), shared_bytes{std::string{"echo.0"}}};
  name_node(r, "beta", "alpha");
  BOOST_TEST(good_in(r)->worker.view() == "echo.0@beta");
  name_node(r, "gamma", "alpha"); // it went on from node to node
  BOOST_TEST(good_in(r)->worker.view() == "echo.0@beta");
}

BOOST_AUTO_TEST_CASE(a_fault_says_it_too_also_in_its_message) {
  call_result r = failed(died("echo.0", "worker echo.0 exited with status 1"));
  name_node(r, "beta", "alpha");
  BOOST_TEST(bad_in(r)->details.worker->name == "echo.0@beta");
  BOOST_TEST(bad_in(r)->message == "worker echo.0@beta exited with status 1");
  name_node(r, "gamma", "alpha");
  BOOST_TEST(bad_in(r)->message == "worker echo.0@beta exited with status 1");
}

BOOST_AUTO_TEST_CASE(a_call_that_came_home_names_no_node) {
  call_result r = outcome{null_payload(), shared_bytes{std::string{"echo.0@alpha"}}};
  name_node(r, "beta", "alpha");
  BOOST_TEST(good_in(r)->worker.view() == "echo.0");
  r = failed(died("echo.0@alpha", "worker echo.0@alpha exited with status 1"));
  name_node(r, "beta", "alpha");
  BOOST_TEST(bad_in(r)->details.worker->name == "echo.0");
  BOOST_TEST(bad_in(r)->message == "worker echo.0 exited with status 1");
}

BOOST_AUTO_TEST_CASE(a_longer_name_in_the_message_is_another_workers) {
  call_result r = failed(died("echo.1", "echo.10 and big-echo.1 live, echo.1: exited"));
  name_node(r, "beta", "alpha");
  BOOST_TEST(bad_in(r)->message == "echo.10 and big-echo.1 live, echo.1@beta: exited");
}

BOOST_AUTO_TEST_CASE(a_message_that_names_no_worker_stays_as_it_is) {
  call_result r = failed(died("echo.0", "no room"));
  name_node(r, "beta", "alpha");
  BOOST_TEST(bad_in(r)->message == "no room");
  call_result other = failed(fault{code::busy, "echo.0"});
  name_node(other, "beta", "alpha");
  BOOST_TEST(bad_in(other)->message == "echo.0");
}

BOOST_AUTO_TEST_SUITE_END()
