// Proves that workers which are forked from one process that has loaded their program are
// there sooner, share its memory, and are otherwise as all others.
#include "tests/program/harness/event_follower.hpp"
#include "tests/program/harness/processes.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include <csignal>

using namespace program;

namespace preload {

/// Returns `text`, which needs no escapes, as TOML.
std::string in_quotes(const std::string& text) {
  return '"' + text + '"';
}

/// Returns a pool whose workers are forked, or with `key = "command"` one by one.
std::string pool(const std::string& keys, const std::string& key = "preload") {
  return "[pool.w]\n" + key + " = [\"python3\", " + in_quotes(PRELOADED_WORKER) + "]\n"
         + keys + '\n';
}

/// Returns the KiB of memory that `pid` shares with nobody.
int64_t private_kib(pid_t pid) {
  std::ifstream in{"/proc/" + std::to_string(pid) + "/smaps_rollup"};
  int64_t sum = 0;
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("Private_")) {
      std::istringstream fields{line};
      std::string name;
      int64_t kib = 0;
      fields >> name >> kib;
      sum += kib;
    }
  return sum;
}

pid_t pid_in(const reply& r, const std::string& member) {
  return static_cast<pid_t>(r.number("payload." + member));
}

pid_t loaded_by(socket_client& client) {
  return pid_in(client.call("w", "origin"), "loaded_by");
}

/// A client that has one short call after the other in the pool, many at a time, and
/// counts how they end.
class caller {
public:
  explicit caller(const node_process& node)
    : client_(node.connect()) {}

  void send(int count, const std::string& more = {}) {
    for (int i = 0; i < count; ++i)
      client_.send_call(std::to_string(sent_++), "w", "sleep", R"({"ms":5})", more);
  }

  /// Takes the outcome of each call; that there is no second one, `finish` sees.
  void receive_all() {
    for (; received_ < sent_; ++received_) {
      auto r = client_.receive(std::to_string(received_));
      ++outcomes_[r["error"] == "null" ? "" : r["error.code"]];
    }
  }

  /// Returns how many calls ended in which way; of those that worked under no name.
  std::map<std::string, int> finish() {
    receive_all();
    client_.call("w", "sleep", R"({"ms":1})");
    BOOST_TEST(!client_.has_answer());
    return outcomes_;
  }

private:
  socket_client client_;
  int sent_ = 0;
  int received_ = 0;
  std::map<std::string, int> outcomes_;
};

/// Whether all of so many workers are ready.
bool are_ready(const node_process& node, int count) {
  for (int i = 0; i < count; ++i) {
    auto state = node.worker("w." + std::to_string(i))["state"];
    if (state != "ready" && state != "busy")
      return false;
  }
  return true;
}

} // namespace preload

BOOST_AUTO_TEST_SUITE(preload)

BOOST_AUTO_TEST_CASE(twenty_workers_of_a_slow_program_are_there_soon) {
  auto began = program::clock::now();
  node_process node{pool("size = 20\nenv = { LOAD = \"2\" }")};
  BOOST_TEST_REQUIRE(eventually([&] { return are_ready(node, 20); }));
  auto took = elapsed_ms(began);
  BOOST_TEST_MESSAGE("20 workers are ready after " << took << " ms");
  // 2.4 s if nothing else runs here. With a load each, 20 of them take many times as long
  // on few cores, and 40 s one after another.
  BOOST_TEST(took < 10'000);
}

BOOST_AUTO_TEST_CASE(forked_workers_share_the_memory_of_what_was_loaded) {
  auto sum_of = [](const std::string& key, int count) {
    node_process node{pool("size = " + std::to_string(count), key)};
    BOOST_REQUIRE(eventually([&] { return are_ready(node, count); }));
    int64_t sum = 0;
    for (int i = 0; i < count; ++i)
      sum += private_kib(node.worker_pid("w." + std::to_string(i)));
    return sum;
  };
  auto forked = sum_of("preload", 20);
  auto separate = sum_of("command", 4) * 5; // each is as the others
  BOOST_TEST_MESSAGE("KiB of 20 workers: forked " << forked << ", separate " << separate);
  BOOST_TEST(forked > 0);
  BOOST_TEST(forked < separate / 3);
}

BOOST_AUTO_TEST_CASE(a_forked_worker_is_a_child_of_the_node_with_variables_of_its_own) {
  node_process node{pool("size = 2\nenv = { NAME = \"{worker}\", VERSION = \"7\" }")};
  auto client = node.connect();
  std::set<std::string> names;
  BOOST_TEST(eventually([&] {
    client.send_call("a", "w", "origin");
    client.send_call("b", "w", "origin");
    for (auto id : {"a", "b"}) {
      auto r = client.receive(id);
      BOOST_TEST(pid_in(r, "parent") == node.pid());
      BOOST_TEST(r["payload.version"] == "7");
      names.insert(r["payload.name"]);
    }
    return names.size() == 2;
  }));
  BOOST_TEST((names == std::set<std::string>{"w.0", "w.1"}));
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_killed_is_forked_again_and_its_end_is_known) {
  node_process node{pool("restart = { delay = \"10ms\" }")};
  auto client = node.connect();
  auto loaded = loaded_by(client);
  auto first = node.worker_pid("w.0");
  client.send_call("x", "w", "sleep", R"({"ms":20000})");
  BOOST_TEST(eventually([&] { return node.worker("w.0")["state"] == "busy"; }));
  ::kill(first, SIGKILL);
  auto lost = client.receive("x");
  BOOST_TEST(lost["error.code"] == "worker_died");
  BOOST_TEST(lost["error.signal_name"] == "SIGKILL");
  BOOST_TEST(loaded_by(client) == loaded);
  auto died = client.call("w", "die");
  BOOST_TEST(died["error.exit_code"] == "3");
  BOOST_TEST(loaded_by(client) == loaded);
  BOOST_TEST(eventually([&] { return zombies(node.pid()).empty(); }));
}

BOOST_AUTO_TEST_CASE(calls_go_on_when_the_preloaded_process_is_killed) {
  node_process node{pool("size = 3\nrestart = { delay = \"10ms\" }")};
  BOOST_TEST_REQUIRE(eventually([&] { return are_ready(node, 3); }));
  auto client = node.connect();
  auto loaded = loaded_by(client);
  caller load{node};
  load.send(200);
  ::kill(loaded, SIGKILL);
  load.send(200);
  auto outcomes = load.finish();
  BOOST_TEST(outcomes[""] == 400);
  BOOST_TEST(outcomes.size() == 1u);
  // The next worker comes from the next process.
  ::kill(node.worker_pid("w.0"), SIGKILL);
  BOOST_TEST(eventually([&] {
    auto r = client.call("w.0", "origin");
    return r["error"] == "null" && pid_in(r, "loaded_by") != loaded;
  }));
}

BOOST_AUTO_TEST_CASE(each_call_has_one_outcome_while_workers_are_killed) {
  node_process node{
      pool("size = 3\nretries = 2\nrestart = { delay = \"10ms\", intensity = 1000 }")};
  BOOST_TEST_REQUIRE(eventually([&] { return are_ready(node, 3); }));
  auto client = node.connect();
  auto loaded = loaded_by(client);
  caller load{node};
  for (int round = 0; round < 6; ++round) {
    load.send(60, R"("idempotent":true)");
    ::kill(round == 3 ? loaded : node.worker_pid("w." + std::to_string(round % 3)),
           SIGKILL);
  }
  auto outcomes = load.finish();
  auto sum = 0;
  for (auto& [code, count] : outcomes) {
    BOOST_TEST((code.empty() || code == "worker_died"), code);
    sum += count;
  }
  BOOST_TEST(sum == 360);
}

BOOST_AUTO_TEST_CASE(nothing_is_left_when_the_node_is_killed) {
  node_process node{pool("size = 3"), {.may_die = true}};
  BOOST_TEST_REQUIRE(eventually([&] { return are_ready(node, 3); }));
  auto client = node.connect();
  auto all = std::vector<pid_t>{loaded_by(client)};
  for (auto name : {"w.0", "w.1", "w.2"})
    all.push_back(node.worker_pid(name));
  node.kill();
  for (auto pid : all)
    BOOST_TEST(eventually([&] { return !is_running(pid); }));
}

BOOST_AUTO_TEST_CASE(nothing_is_left_when_the_node_ends) {
  std::vector<pid_t> all;
  {
    node_process node{pool("size = 2")};
    BOOST_TEST_REQUIRE(eventually([&] { return are_ready(node, 2); }));
    auto client = node.connect();
    all = {loaded_by(client), node.worker_pid("w.0"), node.worker_pid("w.1")};
  }
  for (auto pid : all)
    BOOST_TEST(!is_running(pid));
}

BOOST_AUTO_TEST_CASE(a_restart_loads_the_program_first_and_then_replaces_the_workers) {
  node_process node{pool("size = 3")};
  BOOST_TEST_REQUIRE(eventually([&] { return are_ready(node, 3); }));
  auto client = node.connect();
  auto loaded = loaded_by(client);
  event_follower events{node, ""};
  caller load{node};
  load.send(300);
  BOOST_TEST(node.operation("restart", R"({"name":"w"})").number("restarted") == 3);
  load.send(300);
  auto outcomes = load.finish();
  BOOST_TEST(outcomes[""] == 600);
  auto next = loaded_by(client);
  BOOST_TEST(next != loaded);
  auto first = events.next();
  while (first.kind != "preload_ready" && first.kind != "worker_exited")
    first = events.next();
  BOOST_TEST(first.kind == "preload_ready");
  BOOST_TEST(first.data.number("pid") == next);
  auto old = events.next("preload_exited");
  BOOST_TEST(old.data.number("pid") == loaded);
  BOOST_TEST(old.data["expected"] == "true");
}

BOOST_AUTO_TEST_CASE(a_restart_that_does_not_load_leaves_all_as_it_was) {
  temporary_folder folder;
  auto flag = folder.path() + "/broken";
  node_process node{pool("size = 2\nenv = { BROKEN = " + in_quotes(flag) + " }")};
  BOOST_TEST_REQUIRE(eventually([&] { return are_ready(node, 2); }));
  auto client = node.connect();
  auto loaded = loaded_by(client);
  std::ofstream{flag} << "yes";
  auto refused = client.call("$node", "restart", R"({"name":"w"})");
  BOOST_TEST(refused["error.code"] == "spawn_failed");
  BOOST_TEST(refused["error.message"].find("it is broken") != std::string::npos, refused);
  BOOST_TEST(loaded_by(client) == loaded);
  ::kill(node.worker_pid("w.0"), SIGKILL);
  BOOST_TEST(eventually([&] { return are_ready(node, 2); }));
  BOOST_TEST(loaded_by(client) == loaded);
}

BOOST_AUTO_TEST_CASE(a_program_that_never_loads_is_killed_and_told_of) {
  node_process node{pool("boot_timeout = \"300ms\"\nenv = { LOAD = \"1000\" }\n"
                         "restart = { delay = \"10ms\", intensity = 1 }")};
  auto client = node.connect();
  auto r = client.call("w", "origin");
  BOOST_TEST(r["error"] != "null");
  BOOST_TEST(r.text.find("boot_timeout") != std::string::npos, r);
  event_follower events{node, "?since=0"};
  auto told = events.next("preload_exited");
  BOOST_TEST(told.data["reason"] == "timeout");
  BOOST_TEST(told.data["message"].find("was not ready within 300 ms")
             != std::string::npos);
  BOOST_TEST(eventually([&] { // `ps` says why
    return node.worker("w.0").text.find("was not ready within 300 ms")
           != std::string::npos;
  }));
}

BOOST_AUTO_TEST_CASE(a_stop_ends_the_preloaded_process_too) {
  node_process node{pool("size = 2")};
  BOOST_TEST_REQUIRE(eventually([&] { return are_ready(node, 2); }));
  auto client = node.connect();
  auto loaded = loaded_by(client);
  node.operation("stop", R"({"name":"w"})");
  BOOST_TEST(eventually([&] { return !is_running(loaded); }));
  node.operation("restart", R"({"name":"w"})");
  BOOST_TEST(eventually([&] { return are_ready(node, 2); }));
}

BOOST_AUTO_TEST_CASE(an_elastic_pool_grows_by_forks) {
  node_process node{pool("size = { min = 0, max = 3 }")};
  auto client = node.connect();
  auto loaded = loaded_by(client);
  BOOST_TEST(eventually([&] {
    caller load{node};
    load.send(100);
    load.finish();
    return node.worker("w.2")["state"] == "ready";
  }));
  BOOST_TEST(loaded_by(client) == loaded);
}

BOOST_AUTO_TEST_CASE(the_example_runs_as_it_is) {
  temporary_folder folder;
  for (auto name : {"workers", "lib"})
    std::filesystem::create_symlink(std::filesystem::path{EXAMPLES_FOLDER} / name,
                                    folder / name);
  std::ifstream example{EXAMPLES_FOLDER "/preload.toml"};
  node_process node{std::string{std::istreambuf_iterator<char>{example}, {}},
                    {.config_folder = folder.path()}};
  auto client = node.connect();
  auto r = client.call("model", "look_up", R"({"word":"17"})");
  BOOST_TEST(r["payload.number"] == "17", r);
  BOOST_TEST(r["payload.pid"] != r["payload.loaded_by"]);
}

BOOST_AUTO_TEST_SUITE_END()
