#pragma once

#include "actors/public/calls.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace troupe {

/// What a node in a program is started with.
struct embedded_node_options {
  /// The configuration: the text of a file (TOML). It may have `[node]`, `[session]`,
  /// `[cluster]` and pools; a node in a program has no HTTP and no socket of its own.
  std::string config = {};
  /// A file to be read instead of `config`.
  std::filesystem::path file = {};
  /// `key=value` pairs that take precedence, e.g. `pool.echo.size=4`.
  std::vector<std::string> overrides = {};
  /// What relative paths of `config` are relative to; empty: the working directory. Of a
  /// `file` it is its folder.
  std::filesystem::path folder = {};
  /// The program `troupe-guardian`; empty: the one that was installed with the library.
  std::filesystem::path guardian = {};
  node_hooks hooks = {};
};

/// A whole node in this process: its pools, and calls to them without a socket in
/// between. A process may have several.
///
/// No signal handler is installed, and no signal reaches a thread of the node. The
/// program must not ignore SIGCHLD, and must not wait for children that it has not
/// started. Without `node.state_dir` the node keeps its files in a temporary folder, and
/// removes that at the end.
///
/// For one thread, but for what `caller` has.
class embedded_node : public caller {
public:
  /// Starts a node, and returns when calls may be made: workers may still be starting.
  /// Fails with `bad_request` and all mistakes of the configuration, else with
  /// `unavailable` and what the node did not get.
  static result<embedded_node> start(embedded_node_options options);

  /// Ends the node at once: calls fail with `shutting_down`, workers are killed.
  ~embedded_node();
  embedded_node(embedded_node&&) noexcept;
  embedded_node& operator=(embedded_node&&) noexcept;

  /// Its name in the cluster, the log and reports.
  const std::string& name() const noexcept;

  /// Takes no more calls and waits until those that run have ended, at most `patience`;
  /// then ends the node. Not for handlers and hooks.
  void stop(std::chrono::milliseconds patience = std::chrono::seconds{30});

private:
  using caller::caller;
};

} // namespace troupe
