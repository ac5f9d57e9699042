#include "tests/program/harness/test_cluster.hpp"

#include <filesystem>
#include <stdexcept>

#include <unistd.h>

namespace program {

namespace {

constexpr auto port = ":7718";

/// Suites run side by side: each process has loopback addresses of its own.
std::string loopback_address(int number) {
  auto mine = ::getpid() % (250 * 250);
  return "127." + std::to_string(1 + mine / 250) + "." + std::to_string(1 + mine % 250)
         + "." + std::to_string(number);
}

/// Returns a member of what `answer`, a list of nodes, has of the node `of`.
std::string member_in(const reply& answer, const std::string& of,
                      const std::string& member) {
  for (size_t i = 0; i < answer.count(""); ++i)
    if (auto row = std::to_string(i); answer[row + ".node"] == of)
      return answer[row + '.' + member];
  return {};
}

/// Returns the state of `of` among the nodes that `answer` lists.
std::string state_in(const reply& answer, const std::string& of) {
  return member_in(answer, of, "state");
}

/// Returns whether `answer` lists pools of the node `of`.
bool has_pools_in(const reply& answer, const std::string& of) {
  return member_in(answer, of, "pools").size() > 2; // more than `{}`
}

} // namespace

test_cluster::test_cluster(cluster_plan plan)
  : plan_(std::move(plan)) {
  for (auto& name : plan_.names) {
    auto number = static_cast<int>(numbers_.size()) + 1;
    numbers_.emplace(name, number);
  }
  for (auto& name : plan_.names)
    start(name);
  await_formed();
}

std::string test_cluster::address(const std::string& name) const {
  auto number = numbers_.at(name);
  return (plan_.network ? plan_.network->address(number) : loopback_address(number))
         + port;
}

std::string test_cluster::socket(const std::string& name) const {
  return folder_ / name + "/state/troupe.sock";
}

std::string test_cluster::configuration(const std::string& name) const {
  std::string peers;
  for (auto& [other, number] : numbers_)
    if (!plan_.knows || plan_.knows(name, other))
      peers += (peers.empty() ? "\"" : ", \"") + address(other) + '"';
  return "[node]\nname = \"" + name + "\"\nstate_dir = \"" + (folder_ / name)
         + "/state\"\n[http]\nlisten = \"127.0.0.1:0\"\n[cluster]\nlisten = \""
         + address(name) + "\"\npeers = [" + peers + "]\nfailure_timeout = \""
         + std::to_string(plan_.failure_timeout.count()) + "ms\"\n"
         + (plan_.keys ? plan_.keys(name) : "") + plan_.pools(name);
}

void test_cluster::start(const std::string& name) {
  if (numbers_.count(name) == 0) {
    auto number = static_cast<int>(numbers_.size()) + 1;
    numbers_.emplace(name, number);
    plan_.names.push_back(name);
  }
  std::filesystem::create_directories(folder_ / name);
  node_options options{.state_dir = folder_ / name + "/state",
                       .whole_file = true,
                       .config_folder = folder_ / name};
  if (plan_.program)
    options.program = plan_.program(name);
  if (plan_.network)
    options.through = plan_.network->through(numbers_.at(name));
  running_[name] = std::make_unique<node_process>(configuration(name), options);
}

void test_cluster::kill(const std::string& name) {
  running_.at(name)->kill();
  running_.erase(name);
}

bool test_cluster::has_ended(const std::string& name, milliseconds limit) {
  auto status = running_.at(name)->wait(limit);
  if (!status)
    return false;
  running_.erase(name);
  return status == 0;
}

std::string test_cluster::state(const std::string& at, const std::string& of) const {
  return state_in(running_.at(at)->operation("nodes"), of);
}

bool test_cluster::is_formed() const {
  std::map<std::string, reply> seen;
  for (auto& [at, node] : running_)
    seen[at] = node->operation("nodes");
  for (auto& [at, nodes] : seen)
    for (auto& [of, own] : seen)
      // A node is up before it has told of its pools: a call might come too early.
      if (state_in(nodes, of) != "up"
          || (has_pools_in(own, of) && !has_pools_in(nodes, of)))
        return false;
  return true;
}

int64_t test_cluster::await_formed(milliseconds limit) const {
  auto start = clock::now();
  if (!eventually([&] { return is_formed(); }, limit)) {
    std::string seen;
    for (auto& [at, node] : running_)
      seen += at + " sees " + node->operation("nodes").text + "\n" + node->errors();
    throw std::runtime_error{"the nodes did not find each other: " + seen};
  }
  return elapsed_ms(start);
}

int64_t test_cluster::await_state(const std::string& of, const std::string& wanted,
                                  milliseconds limit) const {
  auto start = clock::now();
  auto all_say_so = [&] {
    for (auto& [at, node] : running_)
      if (at != of && state(at, of) != wanted)
        return false;
    return true;
  };
  if (!eventually(all_say_so, limit))
    throw std::runtime_error{of + " is not " + wanted + " for all others"};
  return elapsed_ms(start);
}

std::string full_name(const reply& answer, const std::string& at) {
  auto worker = answer["worker"];
  return worker.find('@') == std::string::npos ? worker + "@" + at : worker;
}

int64_t await_result(const node_process& node, const std::string& pool,
                     milliseconds limit) {
  auto start = clock::now();
  auto client = node.connect();
  reply last;
  auto has_result = [&] {
    last = client.call(pool, "echo", R"({"n":"are you there"})");
    return last["error"] == "null";
  };
  if (!eventually(has_result, limit))
    throw std::runtime_error{"no result from " + pool + ": " + last.text};
  return elapsed_ms(start);
}

} // namespace program
