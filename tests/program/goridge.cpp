// Proves what is particular to workers that were written for RoadRunner.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace goridge_workers {

std::string workers(const std::string& keys = {}) {
  return pool_of("p", {"python3", "-SE", FOREIGN_WORKER, "goridge"},
                 "protocol = \"goridge\"\n" + keys);
}

std::string log_of(const node_process& node) {
  return node.operation("events", R"({"since":0})").text;
}

} // namespace goridge_workers

BOOST_AUTO_TEST_SUITE(goridge_workers)

BOOST_AUTO_TEST_CASE(workers_that_stop_after_each_answer_are_replaced_in_order) {
  node_process node{workers("size = 2")};
  auto client = node.connect();
  for (int i = 0; i < 12; ++i) {
    auto n = std::to_string(i);
    auto r = client.call("p", "k", R"({"do":"last","n":)" + n + "}");
    BOOST_TEST(r["payload.n"] == n, r);
  }
  auto events = log_of(node);
  BOOST_TEST(events.find("breaker_opened") == std::string::npos, events);
  BOOST_TEST(events.find("\"expected\":false") == std::string::npos, events);
}

BOOST_AUTO_TEST_CASE(a_call_that_every_worker_answers_with_stop_is_refused_alone) {
  node_process node{workers("size = 2\nquarantine = 3")};
  auto client = node.connect();
  auto r = client.call("p", "k", R"({"do":"stop"})");
  BOOST_TEST(r["error.code"] == "worker_died", r);
  BOOST_TEST(r["error.quarantined"] == "true", r);
  BOOST_TEST(client.call("p", "k", R"({"do":"echo","n":1})")["payload.n"] == "1");
  auto events = log_of(node);
  BOOST_TEST(events.find("call_quarantined") != std::string::npos, events);
  BOOST_TEST(events.find("breaker_opened") == std::string::npos, events);
}

BOOST_AUTO_TEST_CASE(parts_are_joined_for_a_caller_that_does_not_stream) {
  node_process node{workers()};
  auto client = node.connect();
  auto whole = client.call("p", "k", R"({"do":"parts","texts":["[1,","2,","3]"]})");
  BOOST_TEST(whole["payload"] == "[1,2,3]", whole);
  client.send_call("s", "p", "k", R"({"do":"parts","texts":["1","2","3"]})",
                   "\"stream\":true");
  for (auto part : {"1", "2"}) {
    auto chunk = client.receive("s");
    BOOST_TEST(chunk["kind"] == "chunk", chunk);
    BOOST_TEST(chunk["payload"] == part, chunk);
  }
  BOOST_TEST(client.receive("s")["payload"] == "3");
}

BOOST_AUTO_TEST_SUITE_END()
