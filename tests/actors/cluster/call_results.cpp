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
  call_result other = failed(fault{code::bad_request, "echo.0"});
  name_node(other, "beta", "alpha");
  BOOST_TEST(bad_in(other)->message == "echo.0");
}

BOOST_AUTO_TEST_CASE(a_fault_of_a_pool_says_the_node_once) {
  call_result r = failed(fault{code::busy, "the queue of pool echo is full"});
  name_node(r, "beta", "alpha");
  BOOST_TEST(bad_in(r)->message == "the queue of pool echo is full, at node beta");
  name_node(r, "gamma", "alpha"); // it went on from node to node
  BOOST_TEST(bad_in(r)->message == "the queue of pool echo is full, at node beta");
  call_result other = failed(fault{code::shutting_down, "node beta is leaving"});
  name_node(other, "beta", "alpha");
  BOOST_TEST(bad_in(other)->message == "node beta is leaving");
}

BOOST_AUTO_TEST_CASE(a_fault_with_a_cause_names_the_worker_of_the_cause) {
  fault why{code::unavailable, "the workers keep dying: bad.0 exited with code 3"};
  why.details.cause = fault_cause{died("bad.0", "bad.0 exited with code 3")};
  call_result r = failed(why);
  name_node(r, "beta", "alpha");
  auto& seen = *bad_in(r);
  BOOST_TEST(seen.message == "the workers keep dying: bad.0@beta exited with code 3");
  BOOST_TEST(seen.details.cause.get()->message == "bad.0@beta exited with code 3");
  BOOST_TEST(seen.details.cause.get()->details.worker->name == "bad.0@beta");
  name_node(r, "gamma", "alpha");
  BOOST_TEST(bad_in(r)->message == seen.message);
}

BOOST_AUTO_TEST_CASE(a_fault_whose_cause_is_not_in_its_message_says_the_node) {
  fault why{code::unavailable, "the workers keep dying: cannot run '/nothing'"};
  why.details.cause = fault_cause{died("none.0", "cannot run '/nothing'")};
  call_result r = failed(why);
  name_node(r, "beta", "alpha");
  BOOST_TEST(bad_in(r)->message
             == "the workers keep dying: cannot run '/nothing', at node beta");
}

BOOST_AUTO_TEST_SUITE_END()
