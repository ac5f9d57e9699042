// Proves that a node remembers what its pools did, by the second, and tells what their
// workers use while somebody looks.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>

using namespace program;

namespace history {

const std::string route = "/api/pools/echo/history";

/// Returns the sum of a column, without what is null.
int64_t sum(const reply& rows, const std::string& column) {
  int64_t all = 0;
  for (size_t i = 0; i < rows.count(column); ++i)
    all += std::max<int64_t>(0, rows.number(column + '.' + std::to_string(i)));
  return all;
}

/// Returns how many figures of a column are known.
size_t known(const reply& rows, const std::string& column) {
  size_t all = 0;
  for (size_t i = 0; i < rows.count(column); ++i)
    all += rows[column + '.' + std::to_string(i)] != "null";
  return all;
}

double as_number(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

} // namespace history

BOOST_AUTO_TEST_SUITE(history)

BOOST_AUTO_TEST_CASE(calls_and_errors_are_in_the_second_that_they_came_in) {
  node_process node{puppets("echo")};
  node.worker_pid("echo.0");
  auto client = node.connect();
  for (int i = 0; i < 20; ++i)
    BOOST_TEST_REQUIRE(client.call("echo", "echo", "1")["error"] == "null");
  for (int i = 0; i < 3; ++i)
    BOOST_TEST_REQUIRE(client.call("echo", "sleep", "{\"ms\":100}")["error"] == "null");
  auto http = node.http();
  reply rows;
  BOOST_TEST(eventually([&] {
    rows = http.get(route).body;
    return sum(rows, "calls") == 23;
  }));
  BOOST_TEST(rows["pool"] == "echo");
  BOOST_TEST(rows["step"] == "1s");
  BOOST_TEST(sum(rows, "errors") == 0);
  BOOST_TEST(known(rows, "p50_ms") >= 1u);
  auto length = rows.count("calls");
  for (auto column :
       {"errors", "waiting", "running", "workers", "p50_ms", "p99_ms", "memory", "cpu"})
    BOOST_TEST(rows.count(column) == length, column);
  BOOST_TEST(rows.number("next") == rows.number("start") + static_cast<int64_t>(length));
  // Whoever has these asks for those that come later.
  auto next = rows["next"];
  BOOST_TEST(eventually([&] {
    rows = http.get(route + "?step=1s&since=" + next).body;
    return rows.count("calls") > 0;
  }));
  BOOST_TEST(rows["start"] == next);
  BOOST_TEST(sum(rows, "calls") == 0);
}

BOOST_AUTO_TEST_CASE(the_slowest_of_a_hundred_is_the_p99) {
  node_process node{puppets("echo", "window = 128")};
  node.worker_pid("echo.0");
  auto client = node.connect();
  for (int i = 0; i < 20; ++i)
    client.send_call(std::to_string(i), "echo", "sleep", "{\"ms\":400}");
  for (int i = 0; i < 20; ++i)
    BOOST_TEST_REQUIRE(client.receive(std::to_string(i))["error"] == "null");
  auto http = node.http();
  reply rows;
  BOOST_TEST(eventually([&] {
    rows = http.get(route).body;
    return known(rows, "p99_ms") > 0;
  }));
  for (size_t i = 0; i < rows.count("p99_ms"); ++i) {
    auto p99 = rows["p99_ms." + std::to_string(i)];
    if (p99 != "null")
      BOOST_TEST(as_number(p99) >= 400 * 0.95);
  }
}

BOOST_AUTO_TEST_CASE(history_survives_a_reload_of_the_pool) {
  node_process node{puppets("echo")};
  node.worker_pid("echo.0");
  auto client = node.connect();
  client.call("echo", "echo", "1");
  auto http = node.http();
  auto has_call = [&] { return sum(http.get(route).body, "calls") == 1; };
  BOOST_TEST(eventually(has_call));
  BOOST_TEST(http.post("/api/pools/echo/reload").status == 200);
  client.call("echo", "echo", "2");
  BOOST_TEST(eventually([&] { return sum(http.get(route).body, "calls") == 2; }));
}

BOOST_AUTO_TEST_CASE(memory_and_cpu_are_known_while_somebody_looks) {
  node_process node{
      pool_of("echo", {"sh", "-c", "while :; do :; done"}, "ready = \"spawn\"")};
  node.worker_pid("echo.0");
  auto http = node.http();
  BOOST_TEST(eventually([&] {
    auto rows = http.get(route).body;
    return known(rows, "memory") >= 2 && known(rows, "cpu") >= 2;
  }));
  reply worker;
  BOOST_TEST(eventually([&] {
    worker = http.get("/api/workers/echo.0").body;
    return as_number(worker["cpu"]) > 5; // the machine may have little time for it
  }));
  BOOST_TEST(worker.number("cpu_ms") > 0);
  BOOST_TEST(worker.number("memory") > 100'000);
}

BOOST_AUTO_TEST_CASE(wrong_questions_are_refused) {
  node_process node{puppets("echo")};
  auto http = node.http();
  BOOST_TEST(http.get(route + "?step=1m").status == 200);
  BOOST_TEST(http.get(route + "?step=2s").status == 400);
  BOOST_TEST(http.get(route + "?since=yesterday").status == 400);
  BOOST_TEST(http.get(route + "?since=-1").status == 400);
  BOOST_TEST(http.get(route + "?until=1").status == 400);
  BOOST_TEST(http.get("/api/pools/nope/history").status == 404);
  BOOST_TEST(http.get("/api/pools/echo.0/history").status == 400);
  BOOST_TEST(http.post(route).status == 405);
  BOOST_TEST(node.operation("history", "{\"name\":\"echo\",\"step\":\"1m\"}")["step_s"]
             == "60");
}

BOOST_AUTO_TEST_SUITE_END()
