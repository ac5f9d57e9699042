#pragma once

#include "tests/program/harness/patience.hpp"
#include "tests/program/harness/stream.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

/// Processes that a test starts.
namespace program {

/// Returns the environment of this process with `more` on top. The node's own variables
/// are left out: they would make tests depend on where they run.
std::vector<std::string>
environment(const std::vector<std::pair<std::string, std::string>>& more = {});

/// Where a process has its streams, and its working directory.
struct process_streams {
  int output;
  int errors;
  std::string folder;
};

/// Starts `command`, without input. Throws if that is not possible.
pid_t start_process(std::vector<std::string> command, std::vector<std::string> env,
                    const process_streams& s);

/// Waits for the end of `pid`, which must be a child of this process. Returns its status,
/// 128 + the number if a signal ended it, or nothing if it still runs.
std::optional<int> wait_for_end(pid_t pid, milliseconds limit);

/// Runs `command` to its end and returns its exit status and what it wrote to stdout and
/// stderr together.
std::pair<int, std::string> run(const std::vector<std::string>& command,
                                const std::string& folder = ".",
                                milliseconds limit = patience);

/// A command that goes on until it is ended: at the latest, by the destructor.
class running_command {
public:
  explicit running_command(const std::vector<std::string>& command);
  running_command(const running_command&) = delete;
  ~running_command();

  /// What it writes to stdout and stderr.
  stream& output() { return output_; }

  /// Sends a signal and waits for the end. Returns as `wait_for_end`.
  std::optional<int> end_with(int number);

private:
  pid_t pid_ = -1;
  stream output_;
};

} // namespace program
