// Proves that nothing a worker writes harms the node: the call that met it ends in the
// right error, memory stays bounded, and the next call works.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

using namespace program;

namespace hostile_output {

/// What a node may grow by at its peak, whatever a worker writes. Sanitizers keep freed
/// memory.
constexpr int64_t most_growth_kib = (sanitized ? 512 : 64) * 1024;

struct hostile_node : node_process {
  hostile_node()
    : node_process(puppets("bad", "restart = { delay = \"1ms\", intensity = 1000 }")
                   + puppets("good")) {
    worker_pid("bad.0");
    worker_pid("good.0");
    client.call("bad", "echo");
    before_kib = resident_kib(pid());
  }

  /// Calls `kind` and returns the error's code, after a look at everything else.
  std::string code_of(const std::string& kind) {
    auto r = client.call("bad", kind);
    BOOST_TEST_MESSAGE(kind << ": " << r.text.substr(0, 300));
    BOOST_TEST(r.is_json()); // what the worker wrote is not passed on in pieces
    BOOST_TEST(client.call("good", "echo", "1")["payload"] == "1");
    BOOST_TEST(client.call("bad", "echo", "2")["payload"] == "2");
    auto growth = peak_kib(pid()) - before_kib;
    BOOST_TEST_MESSAGE("at its peak the node had grown by " << growth << " KiB");
    BOOST_TEST(growth < most_growth_kib);
    return r["error.code"];
  }

  socket_client client = connect();
  int64_t before_kib = 0;
};

} // namespace hostile_output

BOOST_FIXTURE_TEST_SUITE(hostile_output, hostile_node)

BOOST_AUTO_TEST_CASE(a_gigabyte_without_an_end_of_line_is_cut_off) {
  auto before = worker_pid("bad.0");
  BOOST_TEST(code_of("endless") == "protocol_error");
  BOOST_TEST(worker_pid("bad.0") != before);
  BOOST_TEST(!is_running(before));
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf8_are_a_protocol_error) {
  BOOST_TEST(code_of("invalid_utf8") == "protocol_error");
}

BOOST_AUTO_TEST_CASE(json_nested_ten_thousand_deep_is_a_protocol_error) {
  BOOST_TEST(code_of("deep") == "protocol_error");
}

BOOST_AUTO_TEST_CASE(a_line_that_is_no_json_is_a_protocol_error_and_counted) {
  BOOST_TEST(code_of("garbage") == "protocol_error");
  BOOST_TEST(worker("bad.0")["stray"] == "1");
}

BOOST_AUTO_TEST_CASE(half_a_line_and_then_death_is_a_death) {
  BOOST_TEST(code_of("half") == "worker_died");
}

BOOST_AUTO_TEST_CASE(a_closed_output_is_a_death) {
  auto before = worker_pid("bad.0");
  BOOST_TEST(code_of("close_output") == "worker_died");
  BOOST_TEST(!is_running(before)); // ended by the node: nothing could be had from it
}

BOOST_AUTO_TEST_CASE(a_flood_on_stderr_is_drained_and_only_its_end_is_kept) {
  auto r = client.call("bad", "chatter", R"({"lines":100000})");
  BOOST_TEST(r["error"] == "null", r);
  auto kept = [&] { return operation("log", R"({"name":"bad.0"})"); };
  BOOST_TEST(eventually([&] { return kept()["lines.199"] == "puppet: line 99999"; }));
  BOOST_TEST(kept().count("lines") == 200u);
  BOOST_TEST(peak_kib(pid()) - before_kib < most_growth_kib);
}

BOOST_AUTO_TEST_CASE(a_large_result_arrives_whole) {
  auto r = client.call("bad", "blob", R"({"bytes":8000000})");
  BOOST_TEST(r["payload"].size() == 8'000'000u);
}

BOOST_AUTO_TEST_CASE(stray_output_beside_other_calls_ends_none_of_them) {
  node_process node{puppets("wide", "window = 4")};
  auto c = node.connect();
  c.send_call("slow", "wide", "sleep", R"({"ms":150})");
  c.send_call("stray", "wide", "garbage", "null", "\"timeout_ms\":500");
  BOOST_TEST(c.receive("slow")["error"] == "null");
  BOOST_TEST(c.receive("stray")["error.code"]
             == "timeout"); // whose line it was is unknown
}

BOOST_AUTO_TEST_SUITE_END()
