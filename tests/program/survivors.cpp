// Proves that paused sessions of a pool with `survive = true` go on under the next node,
// however the one before ended, and that nothing else outlives a node.
#include "tests/program/harness/processes.hpp"
#include "tests/program/interviews.hpp"

#include <csignal>

using namespace program;

namespace survivors {

std::string pool_named(const std::string& name, const std::string& keys) {
  return pool_of(name, {"python3", EXAMPLES_FOLDER "/workers/interview.py"}, keys);
}

std::string surviving(const std::string& keys = "size = 1\nwindow = 8") {
  return pool_named("keep", keys + "\ntransport = \"unix\"\nsurvive = true");
}

/// A pool whose workers start a process with a session of its own, and write its pid to
/// `file`.
std::string with_companion(const std::string& file) {
  return pool_of("keep",
                 {"sh", "-c",
                  "setsid sleep 600 & echo $! > " + file
                      + "; exec python3 " EXAMPLES_FOLDER "/workers/interview.py"},
                 "window = 8\ntransport = \"unix\"\nsurvive = true");
}

pid_t companion_in(const std::string& file) {
  auto pid = static_cast<pid_t>(std::stol(read_file(file)));
  BOOST_REQUIRE(is_running(pid));
  return pid;
}

/// Ends the processes of `pids` that are left when the test is over.
struct cleaner {
  ~cleaner() {
    for (auto pid : pids)
      if (is_running(pid))
        ::kill(pid, SIGKILL);
  }
  std::vector<pid_t> pids;
};

std::string begin(node_process& node, const std::string& pool) {
  auto r = node.http().post("/api/sessions", "{\"pool\":\"" + pool + "\"}");
  BOOST_TEST_REQUIRE(r.status == 200, r.body);
  return r["session_id"];
}

std::string state_of(node_process& node, const std::string& id) {
  return node.http().get("/api/sessions/" + id)["state"];
}

http_response go_on(node_process& node, const std::string& id,
                    const std::string& answer) {
  return node.http().post("/api/sessions/" + id + "/continue", answer);
}

void end(node_process& node, int number) {
  if (number == SIGKILL)
    node.kill();
  else
    BOOST_TEST(node.terminate().value_or(-1) == 0);
}

struct state_fixture {
  node_options options() { return {.state_dir = state.path()}; }

  temporary_folder state;
  cleaner clean;
};

} // namespace survivors

BOOST_FIXTURE_TEST_SUITE(survivors, state_fixture)

BOOST_AUTO_TEST_CASE(two_hundred_sessions_go_on_after_a_restart_and_after_a_kill) {
  auto pools = surviving("size = 4\nwindow = 50") + pool_named("plain", "window = 8");
  std::vector<std::string> kept, lost;
  std::vector<pid_t> pids;
  {
    node_process node{pools, options()};
    for (int i = 0; i < 200; ++i)
      kept.push_back(begin(node, "keep"));
    for (int i = 0; i < 4; ++i) {
      lost.push_back(begin(node, "plain"));
      pids.push_back(node.worker_pid("keep." + std::to_string(i)));
    }
    clean.pids = pids;
    // One of two queries is answered when the node goes.
    go_on(node, kept[0], R"({"query_id":"how","response":"green"})");
    end(node, SIGTERM);
  }
  {
    node_process node{pools, options()};
    for (int i = 0; i < 4; ++i)
      BOOST_TEST(node.worker_pid("keep." + std::to_string(i))
                 == pids[static_cast<size_t>(i)]);
    for (auto& id : kept)
      BOOST_TEST(state_of(node, id) == "paused");
    for (auto& id : lost)
      BOOST_TEST(state_of(node, id) == "lost");
    BOOST_TEST(
        go_on(node, kept[0], R"({"response":"yes"})")["feed_result.Paused.queries.0.id"]
        == "cups");
    for (size_t i = 1; i < 100; ++i)
      BOOST_TEST(go_on(node, kept[i], both)["state"] == "paused");
    end(node, SIGKILL);
  }
  node_process node{pools, options()};
  for (size_t i = 100; i < 200; ++i)
    BOOST_TEST(go_on(node, kept[i], both)["state"] == "paused");
  BOOST_TEST(go_on(node, kept[0],
                   R"({"response":2})")["feed_result.Finished.state.Completed.result"]
             == "2 cups of tea, green");
  for (size_t i = 1; i < 200; ++i)
    BOOST_TEST(go_on(node, kept[i], R"({"response":1})")["state"] == "finished");
  for (int i = 0; i < 4; ++i)
    BOOST_TEST(node.worker_pid("keep." + std::to_string(i))
               == pids[static_cast<size_t>(i)]);
  end(node, SIGTERM);
  for (auto pid : pids)
    BOOST_TEST(eventually([&] { return !is_running(pid); }));
}

BOOST_AUTO_TEST_CASE(a_worker_that_outlives_the_node_keeps_what_it_has_started) {
  auto pools = with_companion(state.path() + "/companion");
  std::string id;
  pid_t worker = -1;
  pid_t companion = -1;
  {
    node_process node{pools, options()};
    id = begin(node, "keep");
    worker = node.worker_pid("keep.0");
    companion = companion_in(state.path() + "/companion");
    clean.pids = {worker, companion};
    end(node, SIGTERM);
    BOOST_TEST(is_running(companion));
  }
  {
    node_process node{pools, options()};
    BOOST_TEST(node.worker_pid("keep.0") == worker);
    end(node, SIGKILL);
  }
  {
    node_process node{pools, options()};
    BOOST_TEST(node.worker_pid("keep.0") == worker);
    BOOST_TEST(is_running(companion));
    ::kill(worker, SIGKILL);
    BOOST_TEST(eventually([&] { return !is_running(companion); }));
    clean.pids.push_back(node.worker_pid("keep.0"));
    clean.pids.push_back(companion_in(state.path() + "/companion"));
  }
}

BOOST_AUTO_TEST_CASE(what_a_worker_left_that_died_between_two_nodes_ends_with_the_next) {
  auto pools = with_companion(state.path() + "/companion");
  pid_t companion = -1;
  {
    node_process node{pools, options()};
    begin(node, "keep");
    auto worker = node.worker_pid("keep.0");
    companion = companion_in(state.path() + "/companion");
    clean.pids = {worker, companion};
    end(node, SIGKILL);
    ::kill(worker, SIGKILL);
    BOOST_REQUIRE(eventually([&] { return !is_running(worker); }));
    BOOST_TEST(is_running(companion));
  }
  node_process node{pool_named("other", "size = 1"), options()};
  BOOST_TEST(eventually([&] { return !is_running(companion); }));
}

BOOST_AUTO_TEST_CASE(a_worker_without_a_session_ends_with_a_node_that_is_stopped) {
  node_process node{surviving(), options()};
  auto pid = node.worker_pid("keep.0");
  clean.pids = {pid};
  end(node, SIGTERM);
  BOOST_TEST(!is_running(pid));
}

BOOST_AUTO_TEST_CASE(a_worker_that_dies_between_two_nodes_makes_its_sessions_lost) {
  std::string id;
  {
    node_process node{surviving(), options()};
    id = begin(node, "keep");
    auto pid = node.worker_pid("keep.0");
    clean.pids = {pid};
    end(node, SIGKILL);
    ::kill(pid, SIGKILL);
    BOOST_REQUIRE(eventually([&] { return !is_running(pid); }));
  }
  node_process node{surviving(), options()};
  BOOST_TEST(eventually([&] { return state_of(node, id) == "lost"; }));
  BOOST_TEST(go_on(node, id, both).status == 502);
  begin(node, "keep");
  clean.pids.push_back(node.worker_pid("keep.0"));
}

BOOST_AUTO_TEST_CASE(a_worker_that_dies_after_it_was_taken_over_makes_its_sessions_lost) {
  std::string id;
  {
    node_process node{surviving(), options()};
    id = begin(node, "keep");
    clean.pids = {node.worker_pid("keep.0")};
    end(node, SIGKILL);
  }
  node_process node{surviving(), options()};
  auto pid = node.worker_pid("keep.0");
  BOOST_TEST(pid == clean.pids.front());
  ::kill(pid, SIGKILL);
  BOOST_TEST(eventually([&] { return state_of(node, id) == "lost"; }));
  BOOST_TEST(eventually([&] { return node.worker_pid("keep.0") != pid; }));
}

BOOST_AUTO_TEST_CASE(what_an_earlier_node_left_to_a_pool_that_is_gone_is_ended) {
  std::string id;
  {
    node_process node{surviving(), options()};
    id = begin(node, "keep");
    clean.pids = {node.worker_pid("keep.0")};
    end(node, SIGTERM);
    BOOST_TEST(is_running(clean.pids.front()));
  }
  node_process node{pool_named("other", "size = 1"), options()};
  BOOST_TEST(state_of(node, id) == "lost");
  BOOST_TEST(eventually([&] { return !is_running(clean.pids.front()); }));
}

BOOST_AUTO_TEST_CASE(
    a_session_that_is_stopped_under_the_next_node_is_ended_in_its_worker) {
  std::string id;
  {
    node_process node{surviving("size = 1"), options()};
    id = begin(node, "keep");
    clean.pids = {node.worker_pid("keep.0")};
    end(node, SIGKILL);
  }
  node_process node{surviving("size = 1"), options()};
  BOOST_TEST(node.http().request("DELETE", "/api/sessions/" + id)["state"] == "failed");
  begin(node, "keep");
  BOOST_TEST(node.worker_pid("keep.0") == clean.pids.front());
}

BOOST_AUTO_TEST_SUITE_END()
