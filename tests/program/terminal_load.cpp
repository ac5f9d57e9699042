// Proves that whatever a program on a terminal does is nobody else's matter. The flood is
// of 1 GB; FLOOD_MB in the environment makes it of another size.
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/terminals.hpp"
#include "tests/program/harness/websocket.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>

using namespace program;

namespace terminal_load {

std::string flood_megabytes() {
  auto text = std::getenv("FLOOD_MB");
  return text ? text : sanitized ? "8" : "64";
}

/// Returns the time that the 99th of a hundred calls takes, in microseconds.
/// @param go_on Asked after each; at least 200 are made.
template <class Condition>
int64_t p99_us(socket_client& client, Condition&& go_on) {
  std::vector<int64_t> all;
  do {
    auto begin = clock::now();
    BOOST_TEST(client.call("echo", "echo")["error"] == "null");
    all.push_back(
        std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - begin)
            .count());
  } while (all.size() < 200 || go_on());
  auto at = all.begin() + static_cast<std::ptrdiff_t>(all.size() * 99 / 100);
  std::nth_element(all.begin(), at, all.end());
  return *at;
}

} // namespace terminal_load

BOOST_AUTO_TEST_SUITE(terminal_load)

BOOST_AUTO_TEST_CASE(a_program_that_does_not_read_delays_nobody) {
  node_process node{puppets("echo")};
  auto http = node.http();
  auto pid = static_cast<pid_t>(spawn(http, "frozen", "exec cat").body.number("pid"));
  ::kill(pid, SIGSTOP);
  BOOST_REQUIRE(eventually([&] { return process_status(pid, "State")[0] == 'T'; }));
  std::string lines;
  for (int i = 0; i < 50'000; ++i)
    lines += "x\\n";
  auto writer = node.http();
  writer.send_request("POST", "/api/input/frozen", "{\"data\":\"" + lines + "\"}");
  auto begin = clock::now();
  for (int i = 0; i < 20; ++i) {
    BOOST_TEST(http.get("/api/spawned/frozen/snapshot").status == 200);
    BOOST_TEST(node.connect().call("echo", "echo")["error"] == "null");
  }
  BOOST_TEST(elapsed_ms(begin)
             < (sanitized ? 10'000 : 2'000)); // 5 s each, once, elsewhere
  ::kill(pid, SIGCONT);
  BOOST_TEST(writer.read_response()["bytes_written"] == "100000");
}

BOOST_AUTO_TEST_CASE(twenty_programs_start_in_the_time_of_one) {
  node_process node{puppets("echo")};
  auto http = node.http();
  std::vector<http_client> clients;
  for (int i = 0; i < 20; ++i)
    clients.push_back(node.http());
  auto begin = clock::now();
  for (size_t i = 0; i < clients.size(); ++i)
    clients[i].send_request("POST", "/api/spawn",
                            "{\"name\":\"t" + std::to_string(i)
                                + "\",\"cli\":\"sh\",\"args\":[\"-c\",\"sleep 0.5; echo "
                                  "ready; read x\"]}");
  for (auto& c : clients)
    BOOST_TEST(c.read_response().status == 200);
  for (size_t i = 0; i < clients.size(); ++i)
    BOOST_TEST(shows(http, "t" + std::to_string(i), "ready"));
  // One after the other they would take ten seconds.
  auto took = elapsed_ms(begin);
  BOOST_TEST(took >= 500);
  BOOST_TEST(took < (sanitized ? 5'000 : 1'500));
  BOOST_TEST(terminals(http) == 20u);
}

BOOST_AUTO_TEST_CASE(a_flood_costs_bounded_memory_and_is_seen_to_its_end) {
  node_process node{puppets("echo")};
  auto http = node.http();
  auto client = node.connect();
  spawn(http, "flood",
        "read x; yes 'a line of a flood that goes on and on' | head -c "
            + flood_megabytes() + "000000; echo; echo the very end; read y");
  auto idle = p99_us(client, [] { return false; });
  // A machine that is as busy, with what is no flood.
  spawn(http, "busy", "yes > /dev/null & exec yes > /dev/null");
  auto begin = clock::now();
  auto busy = p99_us(client, [&] { return elapsed_ms(begin) < 1'000; });
  http.request("DELETE", "/api/spawned/busy");
  auto before = resident_kib(node.pid());
  websocket slow{node, "/ws?workers=flood"}; // reads nothing until the end
  begin = clock::now();
  http.post("/api/input/flood", R"({"data":"\r"})");
  auto looked = begin;
  auto flooded = p99_us(client, [&] {
    if (clock::now() - looked < 50ms)
      return true;
    looked = clock::now();
    return screen(http, "flood").find("the very end") == std::string::npos
           && elapsed_ms(begin) < 600'000;
  });
  BOOST_TEST_MESSAGE(flood_megabytes()
                     << " MB in " << elapsed_ms(begin) << " ms; p99 of a call " << idle
                     << " us idle, " << busy << " us on a busy machine, " << flooded
                     << " us beside it; " << peak_kib(node.pid()) - before << " KiB");
  BOOST_TEST(screen(http, "flood").find("the very end") != std::string::npos);
  if (!sanitized) {
    // Without its turns the node would take the whole flood at once: over a second.
    BOOST_TEST(flooded < idle + 2 * busy + 50'000);
    BOOST_TEST(peak_kib(node.pid()) - before < 64 * 1024);
  }
  auto gap = slow.next_of("replay_gap");
  BOOST_TEST(gap.number("droppedCount") > 0);
  std::string tail;
  while (tail.find("the very end") == std::string::npos)
    tail = slow.next_of("worker_stream")["chunk"];
}

BOOST_AUTO_TEST_SUITE_END()
