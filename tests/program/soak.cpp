// Proves that nothing an operator or fate does to a pool under load costs a call that it
// need not cost. Ten seconds here; SOAK_SECONDS in the environment makes it as long as
// one likes.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <thread>

using namespace program;

namespace soak_tests {

constexpr int outstanding = 64;
constexpr auto every = 2s;

std::chrono::seconds duration() {
  auto text = std::getenv("SOAK_SECONDS");
  return std::chrono::seconds{text ? std::atoi(text) : 10};
}

/// One connection that always has `outstanding` calls open, and books how each ended.
class load {
public:
  load(const node_process& node, std::string more)
    : client_(node.connect())
    , more_(std::move(more)) {
    for (int i = 0; i < outstanding; ++i)
      send();
    thread_ = std::thread{[this] { run(); }};
  }

  ~load() { stop(); }

  /// Waits for what is open and returns how many calls ended how.
  const std::map<std::string, size_t>& stop() {
    stopping_ = true;
    if (thread_.joinable())
      thread_.join();
    return ends_;
  }

  size_t answered() const { return answered_; }
  /// Calls that ended twice, or never were.
  size_t wrong() const { return wrong_; }

private:
  void send() {
    auto id = std::to_string(next_++);
    open_[id] = true;
    client_.send_call(id, "a", "echo", "[" + id + "]", more_);
  }

  void run() {
    while (!open_.empty()) {
      auto r = client_.receive();
      auto id = r["request_id"];
      auto good = r["error"] == "null";
      if (open_.erase(id) == 0 || (good && r["payload"] != "[" + id + "]"))
        ++wrong_;
      ++ends_[good ? "result" : r["error.code"]];
      ++answered_;
      if (!stopping_)
        send();
    }
  }

  socket_client client_;
  std::string more_;
  std::map<std::string, bool> open_;
  std::map<std::string, size_t> ends_;
  uint64_t next_ = 0;
  std::atomic<size_t> answered_{0};
  std::atomic<size_t> wrong_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

/// Every two seconds, in turn with the load: a rolling restart, a reload with another
/// configuration, and the death of a random worker.
void torment(const node_process& node, const std::string& file, const std::string& text,
             size_t& deaths) {
  std::mt19937 dice{std::random_device{}()};
  auto end = clock::now() + duration();
  for (int round = 0; clock::now() < end; ++round) {
    auto name = "a." + std::to_string(dice() % 4);
    auto pid = node.worker(name).number("pid");
    if (pid > 0 && ::kill(static_cast<pid_t>(pid), SIGKILL) == 0)
      ++deaths;
    auto client = node.connect();
    auto r = client.call("$node", "restart", "{\"name\":\"a\"}", "\"timeout_ms\":60000");
    BOOST_TEST((r["error"] == "null" || r["error.code"] == "conflict"), r);
    std::ofstream{file} << text << "\nenv = { ROUND = \"" << round << "\" }\n";
    r = client.call("$node", "reload", "null", "\"timeout_ms\":60000");
    BOOST_TEST((r["error"] == "null" || r["error.code"] == "conflict"), r);
    std::this_thread::sleep_for(every); // the rhythm, nothing is waited for
  }
}

void soak(
    const std::string& call_members, const std::string& keys,
    const std::function<void(const std::map<std::string, size_t>&, size_t)>& judge) {
  temporary_folder folder;
  node_process node{puppets("a", "size = 4\nwindow = 4\nquarantine = 0\n"
                                 "recycle = { jobs = 500, jitter = 0.2 }\n"
                                 "restart = { intensity = 100000, delay = \"1ms\" }\n"
                                     + keys),
                    {.config_folder = folder.path()}};
  auto file = folder.path() + "/troupe.toml";
  auto text = read_file(file);
  for (int i = 0; i < 4; ++i)
    node.worker_pid("a." + std::to_string(i));
  auto files = descriptors(node.pid()).size();
  size_t deaths = 0;
  load l{node, call_members};
  torment(node, file, text, deaths);
  auto& ends = l.stop();
  BOOST_TEST(l.wrong() == 0u);
  BOOST_TEST(deaths > 0u);
  for (auto& [how, count] : ends)
    BOOST_TEST_MESSAGE(how << ": " << count);
  judge(ends, deaths);
  // Back to what it was: four workers, no zombie, not a descriptor more.
  BOOST_TEST(eventually([&] { return children(node.pid()).size() <= 5; }));
  BOOST_TEST(eventually([&] { return zombies(node.pid()).empty(); }));
  BOOST_TEST(eventually([&] { return descriptors(node.pid()).size() <= files + 1; }),
             descriptors(node.pid()).size() << " descriptors, were " << files);
}

size_t sum_of(const std::map<std::string, size_t>& ends) {
  size_t sum = 0;
  for (auto& [how, count] : ends)
    sum += count;
  return sum;
}

} // namespace soak_tests

BOOST_AUTO_TEST_SUITE(soak_tests)

BOOST_AUTO_TEST_CASE(only_calls_in_a_killed_worker_fail) {
  soak("", "", [](auto& ends, size_t deaths) {
    auto died = ends.count("worker_died") ? ends.at("worker_died") : 0;
    BOOST_TEST(ends.at("result") + died == sum_of(ends));
    BOOST_TEST(died <= deaths * 4);
  });
}

BOOST_AUTO_TEST_CASE(no_idempotent_call_fails_at_all) {
  soak("\"idempotent\":true", "retries = 2",
       [](auto& ends, size_t) { BOOST_TEST(ends.at("result") == sum_of(ends)); });
}

BOOST_AUTO_TEST_SUITE_END()
