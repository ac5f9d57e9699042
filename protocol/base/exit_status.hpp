#pragma once

#include <string>
#include <variant>

namespace troupe {

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

/// Returns e.g. `SIGKILL`, or `signal 35` for one without a name.
std::string signal_name(int signal);

/// Returns e.g. `exited with code 3`, `was ended by SIGKILL`, `hung up` or `ended, …`.
std::string to_string(const exit_status& status);

} // namespace troupe
