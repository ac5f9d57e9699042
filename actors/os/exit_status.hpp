#pragma once

#include <string>
#include <variant>

namespace troupe::os {

/// The process returned from `main` or called `exit`.
struct exited {
  int code = 0;
  bool operator==(const exited&) const = default;
};

/// A signal ended the process.
struct signalled {
  int signal = 0;
  bool operator==(const signalled&) const = default;
};

/// The process is not the node's child: all that is known is that it has hung up.
struct disconnected {
  bool operator==(const disconnected&) const = default;
};

/// The process outlived the node that started it, and has ended since: only its parent
/// could see how.
struct unseen {
  bool operator==(const unseen&) const = default;
};

/// How a process ended.
using exit_status = std::variant<exited, signalled, disconnected, unseen>;

/// Returns the exit status in a status of `waitpid`.
exit_status to_exit_status(int wait_status);

/// Returns e.g. `exited with code 3`, `was ended by SIGKILL`, `hung up` or `ended, …`.
std::string to_string(const exit_status& status);

/// Returns the JSON members for an error object: `"exit_code":3` or
/// `"signal":9,"signal_name":"SIGKILL"` or `"disconnected":true` or
/// `"exit_code":null`.
std::string to_json_members(const exit_status& status);

} // namespace troupe::os
