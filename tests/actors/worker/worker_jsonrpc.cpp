#include "tests/actors/worker/support_worker.hpp"

using namespace troupe;
using namespace troupe::os;
using namespace troupe::worker;
using namespace troupe::testing;

using numbers = std::vector<uint64_t>;

namespace calls_of_jsonrpc {

/// A WORKER whose child speaks JSON-RPC, and need not answer what was cancelled.
struct jsonrpc_fixture : worker_fixture {
  jsonrpc_fixture() {
    pool.protocol = "jsonrpc";
    in_array = true;
    start();
    process = started(0);
    process->read();
    writes(0, R"({"id":1,"result":{"serverInfo":{"name":"notes"}}})");
    process->read();
  }
};

} // namespace calls_of_jsonrpc

BOOST_FIXTURE_TEST_SUITE(calls_of_jsonrpc, jsonrpc_fixture)

BOOST_AUTO_TEST_CASE(the_slot_of_a_cancelled_call_is_free_once_the_word_was_read) {
  give(1);
  process->read();
  cancel(1, 5s);
  BOOST_TEST(sink->error(1).what == code::cancelled);
  BOOST_TEST(has(process->read(), R"("method":"notifications/cancelled")"));
  BOOST_TEST(released.empty());
  writes(0, R"({"id":3,"result":{}})");
  BOOST_TEST(released == numbers{1}, boost::test_tools::per_element());
  BOOST_TEST(status().abandoned == 0u);
  give(2);
  writes(0, R"({"id":2,"result":"late"})");
  BOOST_TEST(sink->count(2) == 0u);
  writes(0, R"({"id":4,"result":"good"})");
  BOOST_TEST(sink->result(2) == "\"good\"");
}

BOOST_AUTO_TEST_CASE(it_is_free_after_a_second_in_any_case) {
  give(1);
  cancel(1, 5s);
  advance(999ms);
  BOOST_TEST(released.empty());
  advance(1ms);
  BOOST_TEST(released == numbers{1}, boost::test_tools::per_element());
  advance(10s);
  BOOST_TEST(process->signals.empty());
}

BOOST_AUTO_TEST_CASE(a_server_that_reads_nothing_after_a_timeout_is_killed) {
  give(1);
  cancel(1, 0ms);
  advance(999ms);
  BOOST_TEST(process->signals.empty());
  advance(1ms);
  BOOST_TEST(process->signals == std::vector<int>{SIGKILL},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_that_reads_is_kept) {
  give(1);
  cancel(1, 0ms);
  writes(0, R"({"id":3,"error":{"code":-32601,"message":"what?"}})");
  BOOST_TEST(released == numbers{1}, boost::test_tools::per_element());
  advance(10s);
  BOOST_TEST(process->signals.empty());
}

BOOST_AUTO_TEST_SUITE_END()
