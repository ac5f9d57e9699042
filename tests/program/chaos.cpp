// Proves the promise under everything at once: pools of every protocol, clients that take
// calls back, hang up, read slowly and send deadly calls, workers that are killed and
// stopped, rolling restarts and reloads. Every call has one outcome, its own; the
// counters of the node agree; nothing grows. CHAOS_SECONDS in the environment makes it as
// long as one likes (600 before a release).
#include "tests/program/harness/chaos_client.hpp"
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"
#include "tests/program/harness/scrape.hpp"
#include "tests/program/harness/tormentor.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <thread>

using namespace program;

namespace chaos {

std::chrono::seconds duration() {
  auto text = std::getenv("CHAOS_SECONDS");
  return std::chrono::seconds{text ? std::atoi(text) : 12};
}

struct spoken {
  const char* pool;
  const char* protocol;
  const char* keys;
};

constexpr spoken all[] = {
    {"lines", "json-lines", "window = 1\nretries = 2\n"},
    {"lines-unix", "json-lines", "window = 4\ntransport = \"unix\"\n"},
    {"lines-tcp", "json-lines", "window = 4\ntransport = \"tcp\"\n"},
    {"goridge", "goridge", "retries = 1\n"},
    {"goridge-unix", "goridge", "transport = \"unix\"\n"},
    {"folk", "folk", ""},
    {"session", "session", ""},
};

std::string pool(const spoken& s) {
  return pool_of(s.pool, {"python3", "-SE", FOREIGN_WORKER, s.protocol},
                 "protocol = \"" + std::string{s.protocol}
                     + "\"\nsize = 2\nexec_timeout = \"1s\"\nqueue_timeout = \"120s\"\n"
                       "quarantine = 0\nstop_timeout = \"500ms\"\n"
                       "recycle = { jobs = 400, jitter = 0.5 }\n"
                       "restart = { intensity = 1000000, delay = \"1ms\","
                       " max_delay = \"10ms\" }\n"
                     + s.keys);
}

std::string every_pool() {
  // Two more: one for clients over HTTP that hang up, one for a client that reads slowly.
  std::string out = pool({"http", "json-lines", "window = 4\n"})
                    + pool({"slow", "json-lines", "window = 4\n"});
  for (auto& s : all)
    out += pool(s);
  return out;
}

/// Kills and stops workers at random, restarts pools, reloads the configuration.
void torment(tormentor& t, int round) {
  std::string victim = all[t.roll(std::size(all))].pool;
  t.maim(victim + '.' + std::to_string(t.roll(2)));
  if (round % 10 == 3)
    t.restart(victim);
  if (round % 16 == 7)
    t.reload();
}

/// Calls over HTTP, of which every fifth is hung up on. Returns how many it waited for
/// and did not get.
size_t hang_up_often(const node_process& node, const std::atomic<bool>& stopping) {
  size_t missing = 0;
  for (unsigned i = 0; !stopping; ++i) {
    try {
      auto client = node.http();
      auto n = std::to_string(i);
      auto what = i % 5 == 0 ? R"("sleep","ms":50)" : R"("echo")";
      client.send_request("POST", "/api/call/http/k",
                          R"({"do":)" + std::string{what} + ",\"n\":" + n + "}");
      if (i % 5 == 0)
        continue; // its connection closes here
      auto r = client.read_response();
      missing += r.status != 200 || r["payload.n"] != n;
    } catch (const std::exception&) {
      ++missing;
    }
  }
  return missing;
}

/// Checks that the node counted, for each pool, what its one client saw.
void check_counters(const node_process& node, const std::string& name,
                    const chaos_tally& tally) {
  auto r = node.operation("pool", R"({"name":")" + name + "\"}");
  BOOST_TEST(r["waiting"] == "0", r);
  BOOST_TEST(r["in_flight"] == "0", r);
  BOOST_TEST(r.number("calls") == static_cast<int64_t>(tally.sent), r);
  BOOST_TEST(r.number("results") + r.number("errors") == r.number("calls"), r);
}

/// Runs the clients for a while and returns what each saw, by pool.
std::map<std::string, chaos_tally> torment(const node_process& node,
                                           const std::string& file,
                                           std::chrono::seconds how_long) {
  std::vector<chaos_plan> plans;
  for (auto& s : all)
    plans.push_back({.pool = s.pool,
                     .kind = s.protocol == std::string_view{"session"} ? "run" : "k",
                     .ballast = plans.size() % 2 == 0 ? 0U : 2000U});
  plans.push_back({.pool = "slow",
                   .outstanding = 48,
                   .pause = 10ms,
                   .answer_size = 100'000,
                   .is_rude = false});
  std::atomic<bool> stopping{false};
  std::vector<chaos_tally> seen(plans.size());
  size_t missing = 0;
  std::string wrong;
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < plans.size(); ++i)
      threads.emplace_back([&, i] {
        chaos_client client{node.socket(), plans[i], static_cast<unsigned>(i + 1)};
        seen[i] = client.run(stopping);
      });
    threads.emplace_back([&] { missing = hang_up_often(node, stopping); });
    tormentor t{node, file};
    int round = 0;
    for (auto end = clock::now() + how_long; clock::now() < end;) {
      torment(t, round++);
      scrape seen_now{node};
      for (auto& s : all)
        wrong += mistake_in_sums(seen_now, s.pool);
      std::this_thread::sleep_for(100ms); // the rhythm, nothing is waited for
    }
    stopping = true;
  }
  BOOST_TEST(wrong == "");
  BOOST_TEST(missing == 0u, missing << " calls over HTTP without their answer");
  std::map<std::string, chaos_tally> by_pool;
  for (size_t i = 0; i < plans.size(); ++i)
    by_pool[plans[i].pool] = seen[i];
  return by_pool;
}

} // namespace chaos

BOOST_AUTO_TEST_SUITE(chaos)

BOOST_AUTO_TEST_CASE(every_call_has_one_outcome_its_own_and_nothing_grows) {
  temporary_folder folder;
  node_process node{every_pool(), {.config_folder = folder.path()}};
  auto file = folder.path() + "/troupe.toml";
  for (auto& s : all)
    node.worker_pid(std::string{s.pool} + ".0");
  auto files = descriptors(node.pid()).size();
  std::map<std::string, chaos_tally> total;
  // The first part fills what the node keeps up to a bound: rings, buffers, the heap.
  for (auto& [name, tally] : torment(node, file, duration() / 2))
    total[name].add(tally);
  auto rss = resident_kib(node.pid());
  for (auto& [name, tally] : torment(node, file, duration() - duration() / 2))
    total[name].add(tally);
  auto more = resident_kib(node.pid()) - rss;
  chaos_tally sum;
  scrape seen{node};
  for (auto& [name, tally] : total) {
    BOOST_TEST(tally.outcomes() == tally.sent, name << ": " << tally.first_complaint);
    check_counters(node, name, tally);
    BOOST_TEST(mistake_in_sums(seen, name) == "");
    sum.add(tally);
  }
  BOOST_TEST(sum.crossed == 0u, sum.first_complaint);
  BOOST_TEST(sum.unexplained == 0u, sum.first_complaint);
  BOOST_TEST(sum.ends["result"] > sum.sent / 2);
  for (auto& [how, count] : sum.ends)
    BOOST_TEST_MESSAGE(how << ": " << count);
  BOOST_TEST_MESSAGE("RSS " << rss << " KiB, then " << more << " more; " << files
                            << " descriptors at first, " << descriptors(node.pid()).size()
                            << " now");
  if (!sanitized)
    BOOST_TEST(more < 16 * 1024, more << " KiB more in the second half");
  BOOST_TEST(eventually([&] { return descriptors(node.pid()).size() <= files + 4; }),
             descriptors(node.pid()).size() << " descriptors, were " << files);
  BOOST_TEST(eventually([&] { return zombies(node.pid()).empty(); }));
}

BOOST_AUTO_TEST_SUITE_END()
