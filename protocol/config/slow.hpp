#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace troupe::config {

/// `slow` and `slow_command` of a pool.
struct slow {
  /// A call that runs longer goes into the slow log while it runs; 0: none does.
  std::chrono::milliseconds after{0};
  /// Program and arguments, run then; never given to a shell. Empty for none.
  std::vector<std::string> command;

  /// Whether the command looks at the process of the worker.
  bool names_process() const {
    return std::any_of(command.begin(), command.end(), [](auto& word) {
      return word.find("{pid}") != std::string::npos;
    });
  }

  bool operator==(const slow&) const = default;
};

} // namespace troupe::config
