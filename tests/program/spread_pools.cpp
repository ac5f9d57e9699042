// Proves that a pool whose workers are on several loops is as any other: each call has
// one outcome, its own, whatever is done to the pool meanwhile.
#include "tests/program/harness/chaos_client.hpp"
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/scrape.hpp"
#include "tests/program/harness/tormentor.hpp"
#include "tests/program/willing.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <thread>

using namespace program;

namespace spread_pools {

const node_options two_loops{.node_keys = "loops = 2\n"};

/// Returns a pool on two loops whose workers are killed.
std::string tormented(const std::string& name, const std::string& protocol,
                      const std::string& keys) {
  return pool_of(name, {"python3", "-SE", FOREIGN_WORKER, protocol},
                 "protocol = \"" + protocol
                     + "\"\nloops = 2\nsize = 4\nexec_timeout = \"1s\"\n"
                       "queue_timeout = \"120s\"\nquarantine = 0\n"
                       "stop_timeout = \"500ms\"\n"
                       "recycle = { jobs = 400, jitter = 0.5 }\n"
                       "restart = { intensity = 1000000, delay = \"1ms\","
                       " max_delay = \"10ms\" }\n"
                     + keys);
}

/// Kills and stops workers of `pool` at random, scales and restarts it, reloads the
/// configuration.
void torment(tormentor& t, const std::string& pool, int round) {
  t.maim(pool + '.' + std::to_string(t.roll(4)));
  if (round % 4 == 1)
    t.scale(pool, 3 + t.roll(3));
  if (round % 6 == 3)
    t.restart(pool);
  if (round % 8 == 5)
    t.reload();
}

/// Returns how many loops a node has.
size_t loops_of(const node_process& node) {
  size_t count = 0;
  for (auto& task : std::filesystem::directory_iterator{
           "/proc/" + std::to_string(node.pid()) + "/task"})
    count += read_file((task.path() / "comm").string()) == "loop\n";
  return count;
}

/// Streams with one client again and again. Returns what is wrong, or an empty text.
std::string wrong_in_streams(const node_process& node, int calls, int parts) try {
  auto client = node.connect();
  for (int n = 0; n < calls; ++n) {
    client.send_call(std::to_string(n), "w", "count",
                     "{\"to\":" + std::to_string(parts) + '}', "\"stream\":true");
    for (int i = 0; i < parts; ++i)
      if (auto part = client.receive();
          part["kind"] != "chunk" || part.number("payload.i") != i)
        return "in place of part " + std::to_string(i) + " came " + part.text;
    if (auto end = client.receive(); end["kind"] != "count")
      return "in place of the outcome came " + end.text;
  }
  return {};
} catch (const std::exception& e) { // on a thread of its own
  return e.what();
}

} // namespace spread_pools

BOOST_AUTO_TEST_SUITE(spread_pools)

BOOST_AUTO_TEST_CASE(every_call_has_one_outcome_its_own_whatever_befalls_the_pool) {
  temporary_folder folder;
  auto options = two_loops;
  options.config_folder = folder.path();
  std::vector<chaos_plan> plans{{.pool = "lines"}, {.pool = "session", .kind = "run"}};
  node_process node{tormented("session", "session", "")
                        + tormented("lines", "json-lines", "window = 4\n"),
                    options};
  for (auto& plan : plans)
    node.worker_pid(plan.pool + ".3");
  std::atomic<bool> stopping{false};
  // The connections of a node take turns on its loops.
  std::vector<chaos_tally> seen(2 * plans.size());
  std::string wrong;
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < seen.size(); ++i)
      threads.emplace_back([&, i] {
        chaos_client client{node.socket(), plans[i / 2], static_cast<unsigned>(i + 1)};
        seen[i] = client.run(stopping);
      });
    tormentor t{node, folder.path() + "/troupe.toml"};
    int round = 0;
    for (auto end = clock::now() + 8s; clock::now() < end;) {
      for (auto& plan : plans) {
        torment(t, plan.pool, round++);
        wrong += mistake_in_sums(scrape{node}, plan.pool);
      }
      std::this_thread::sleep_for(100ms); // the rhythm, nothing is waited for
    }
    stopping = true;
  }
  BOOST_TEST(wrong == "");
  scrape last{node};
  for (size_t i = 0; i < plans.size(); ++i) {
    auto all = seen[2 * i];
    all.add(seen[2 * i + 1]);
    for (auto& [how, count] : all.ends)
      BOOST_TEST_MESSAGE(plans[i].pool << ": " << how << ": " << count);
    BOOST_TEST(all.outcomes() == all.sent, all.first_complaint);
    BOOST_TEST(all.crossed == 0u, all.first_complaint);
    BOOST_TEST(all.unexplained == 0u, all.first_complaint);
    BOOST_TEST(all.ends["result"] > all.sent / 2);
    auto r = node.operation("pool", "{\"name\":\"" + plans[i].pool + "\"}");
    BOOST_TEST(r.number("calls") == static_cast<int64_t>(all.sent), r);
    BOOST_TEST(r.number("results") + r.number("errors") == r.number("calls"), r);
    BOOST_TEST(mistake_in_sums(last, plans[i].pool) == "");
  }
  BOOST_TEST(eventually([&] { return zombies(node.pid()).empty(); }));
}

BOOST_AUTO_TEST_CASE(parts_come_in_order_and_before_the_outcome) {
  node_process node{willing("w", "loops = 2\nsize = 4\n"), two_loops};
  std::vector<std::string> wrong(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : wrong)
      threads.emplace_back([&] { mine = wrong_in_streams(node, 20, 100); });
  }
  for (auto& mine : wrong)
    BOOST_TEST(mine == "");
  BOOST_TEST(scrape{node}["troupe_stream_parts_total{pool=w}"] == 8000);
}

BOOST_AUTO_TEST_CASE(calls_with_one_key_go_to_one_worker_on_whichever_loop) {
  node_process node{puppets("a", "loops = 2\nsize = 4\n"), two_loops};
  for (int i = 0; i < 4; ++i)
    node.worker_pid("a." + std::to_string(i));
  auto client = node.connect();
  std::set<std::string> all;
  for (int key = 0; key < 16; ++key) {
    std::set<std::string> mine;
    for (int i = 0; i < 4; ++i)
      mine.insert(client.call("a", "echo", "1",
                              "\"key\":\"" + std::to_string(key) + '"')["worker"]);
    BOOST_TEST(mine.size() == 1u);
    all.merge(mine);
  }
  BOOST_TEST(all.size() > 1u);
}

BOOST_AUTO_TEST_CASE(a_node_has_as_many_loops_as_a_pool_asks_for) {
  node_process node{puppets("a", "loops = 8\nsize = 3\n")};
  BOOST_TEST(loops_of(node) >= 8u);
  node.worker_pid("a.2");
  BOOST_TEST(node.connect().call("a", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(a_reload_spreads_a_pool_over_as_many_loops_as_there_are) {
  temporary_folder folder;
  auto options = two_loops;
  options.config_folder = folder.path();
  node_process node{puppets("a", "size = 2\n"), options};
  auto file = folder.path() + "/troupe.toml";
  auto head = read_file(file);
  head.resize(head.find("[pool."));
  auto client = node.connect();
  auto reload = [&](const std::string& pools, const std::string& loops = "2") {
    auto changed = head;
    auto at = changed.find("loops = 2");
    changed.replace(at, 9, "loops = " + loops);
    std::ofstream{file} << changed << pools;
    return client.call("$node", "reload");
  };
  auto before = node.worker_pid("a.1");
  auto r = reload(puppets("a", "size = 2\nloops = 2\n"));
  BOOST_TEST(r["payload.changed.0"] == "a", r);
  BOOST_TEST(node.worker_pid("a.1") != before);
  BOOST_TEST(client.call("a.1", "echo", "1")["payload"] == "1");
  r = reload(puppets("a", "size = 2\nloops = 3\n"));
  BOOST_TEST(r["error.code"] == "bad_request", r);
  // The node's own loops are those that it began with.
  r = reload(puppets("a", "size = 2\nloops = 3\n") + puppets("b", "loops = 3\n"), "3");
  BOOST_TEST(r["error.code"] == "conflict", r);
  BOOST_TEST(r["error.message"].find("expected at most 2") != std::string::npos, r);
  BOOST_TEST(client.call("a.1", "echo", "1")["payload"] == "1");
  BOOST_TEST(client.call("b", "echo", "1")["error.code"] == "pool_not_found");
  r = client.call("$node", "configure", R"({"name":"c","command":["x"],"loops":3})");
  BOOST_TEST(r["error.code"] == "bad_request", r);
  BOOST_TEST(r["error.message"].starts_with("loops: expected at most 2"), r);
}

BOOST_AUTO_TEST_CASE(a_program_is_loaded_once_on_each_loop) {
  node_process node{"[pool.w]\npreload = [\"python3\", \"" PRELOADED_WORKER "\"]\n"
                    "loops = 2\nsize = 4\n",
                    two_loops};
  auto client = node.connect();
  auto loaded_by = [&](int i) {
    auto worker = "w." + std::to_string(i);
    node.worker_pid(worker);
    return client.call(worker, "origin").number("payload.loaded_by");
  };
  auto first = loaded_by(0);
  auto second = loaded_by(1);
  BOOST_TEST(first != second);
  BOOST_TEST(loaded_by(2) == first);
  BOOST_TEST(loaded_by(3) == second);
  BOOST_TEST(
      client.call("$node", "restart", R"({"name":"w"})").number("payload.restarted")
      == 4);
  for (auto i : {0, 1})
    BOOST_TEST((loaded_by(i) != first && loaded_by(i) != second));
}

BOOST_AUTO_TEST_SUITE_END()
