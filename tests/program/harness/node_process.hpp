#pragma once

#include "tests/program/harness/commands.hpp"
#include "tests/program/harness/descriptor.hpp"
#include "tests/program/harness/http_client.hpp"
#include "tests/program/harness/patience.hpp"
#include "tests/program/harness/socket_client.hpp"
#include "tests/program/harness/temporary_folder.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace program {

/// Returns a `[pool.NAME]` whose command is the puppet with `arguments`.
/// @param keys Further lines of the pool.
std::string puppets(const std::string& name, const std::string& keys = {},
                    const std::vector<std::string>& arguments = {});

/// As above, with any command.
std::string pool_of(const std::string& name, const std::vector<std::string>& command,
                    const std::string& keys = {});

struct node_options {
  /// More variables of its environment.
  std::vector<std::pair<std::string, std::string>> env = {};
  /// Where it keeps its state; its own folder by default. Two nodes can be given one.
  std::string state_dir = {};
  /// More lines of `[node]`.
  std::string node_keys = {};
  /// The whole configuration is given; nothing is put before it.
  bool whole_file = false;
  /// Where the configuration file goes; the node's own folder by default.
  std::string config_folder = {};
  /// What is run with the arguments of `troupe serve`; the program under test by default.
  std::vector<std::string> program = {};
  /// Words before its command line; what they name must become the node (exec).
  std::vector<std::string> through = {};
  /// Whether it is part of the test that it dies.
  bool may_die = false;
};

/// A running node. Its end is part of every test: the destructor stops it with SIGTERM
/// and reports a failure if it does not end by itself and with status 0.
class node_process {
public:
  /// Starts a node with `pools`, its HTTP on any free port, and waits until it is ready.
  /// Throws with what it wrote if it is not in time.
  explicit node_process(const std::string& pools, const node_options& options = {});
  node_process(const node_process&) = delete;
  ~node_process();

  pid_t pid() const { return pid_; }
  const std::string& socket() const { return socket_; }
  const std::string& url() const { return url_; }
  const std::string& key() const { return key_; }
  int port() const { return port_; }
  const std::string& state_dir() const { return state_dir_; }
  /// The line that said it was ready.
  const std::string& ready_line() const { return ready_line_; }

  socket_client connect() const { return socket_client{socket_}; }
  http_client http() const { return http_client{port_, key_}; }

  /// Returns the result of an operation on the node; throws if it is an error.
  reply operation(const std::string& kind, const std::string& payload = "null") const;

  /// Returns what the node says about a worker.
  reply worker(const std::string& name) const;

  /// Waits until `name` is ready and returns its pid.
  pid_t worker_pid(const std::string& name) const;

  /// After SIGSTOP, returns when all of it stands still.
  void signal(int number) const;

  /// Waits until it ends. Returns its status, 128 + the number if a signal ended it, or
  /// nothing if it still runs when `limit` is over.
  std::optional<int> wait(milliseconds limit = patience);

  /// SIGTERM, then `wait`.
  std::optional<int> terminate(milliseconds limit = patience);

  /// SIGKILL, and waits.
  void kill();

  /// Returns what it has written to stderr.
  std::string errors() const;

private:
  void start(const std::string& config_path, const node_options& options);
  void await_ready();

  temporary_folder folder_;
  bool may_die_ = false;
  std::string state_dir_;
  pid_t pid_ = -1;
  descriptor output_;
  std::string socket_;
  std::string url_;
  std::string key_;
  int port_ = 0;
  std::string ready_line_;
};

} // namespace program
