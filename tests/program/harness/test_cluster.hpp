#pragma once

#include "tests/program/harness/network_namespaces.hpp"
#include "tests/program/harness/node_process.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace program {

/// What the nodes of a test's cluster are.
struct cluster_plan {
  /// Returns the pools of the node with this name.
  std::function<std::string(const std::string&)> pools;
  std::vector<std::string> names = {"alpha", "beta", "gamma"};
  milliseconds failure_timeout = 1s;
  /// Returns more lines of `[cluster]` of the node with this name.
  std::function<std::string(const std::string&)> keys = nullptr;
  /// Returns what runs the node with this name, as `node_options::program`; asked each
  /// time that it is started.
  std::function<std::vector<std::string>(const std::string&)> program = nullptr;
  /// Returns whether a node is given the address of another; nothing: of all.
  std::function<bool(const std::string&, const std::string&)> knows = nullptr;
  /// Where the nodes live; nothing: all on loopback addresses of this machine.
  network_namespaces* network = nullptr;
};

/// Nodes that form a cluster. Each keeps its address and its state when it is started
/// again.
class test_cluster {
public:
  /// Starts all nodes of the plan and waits until each sees all others.
  explicit test_cluster(cluster_plan plan);

  /// A node that runs.
  node_process& operator[](const std::string& name) const { return *running_.at(name); }

  bool runs(const std::string& name) const { return running_.count(name) > 0; }
  const std::vector<std::string>& names() const { return plan_.names; }
  milliseconds failure_timeout() const { return plan_.failure_timeout; }

  /// Where peers connect to the node.
  std::string address(const std::string& name) const;

  /// The node's unix socket, also while it does not run.
  std::string socket(const std::string& name) const;

  /// Starts a node that does not run, of the plan or a further one. Returns once the node
  /// is ready, which is before it has found the others.
  void start(const std::string& name);

  /// SIGKILL.
  void kill(const std::string& name);

  /// Waits until a node has ended by itself; returns whether it did so with status 0.
  bool has_ended(const std::string& name, milliseconds limit = patience);

  /// Returns what `at` says of the state of `of`; empty if it does not know it.
  std::string state(const std::string& at, const std::string& of) const;

  /// Waits until every node that runs sees every other one as up, and knows its pools.
  /// Returns how long that took; throws if it is not in time.
  int64_t await_formed(milliseconds limit = patience) const;

  /// Waits until every node that runs, but not `of` itself, says `wanted` of `of`.
  /// Returns how long that took.
  int64_t await_state(const std::string& of, const std::string& wanted,
                      milliseconds limit = patience) const;

private:
  std::string configuration(const std::string& name) const;
  bool is_formed() const;

  cluster_plan plan_;
  temporary_folder folder_;
  /// Each node's place in the order of addresses.
  std::map<std::string, int> numbers_;
  std::map<std::string, std::unique_ptr<node_process>> running_;
};

/// Returns `worker` of an answer with the node that it names, or else the node `at` that
/// was asked: `echo.0@beta`.
std::string full_name(const reply& answer, const std::string& at);

/// Asks again and again until a call to `pool` at `node` has a result. Returns how long
/// that took; throws if it is not in time.
int64_t await_result(const node_process& node, const std::string& pool,
                     milliseconds limit = patience);

} // namespace program
