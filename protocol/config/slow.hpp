#pragma once

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

  bool operator==(const slow&) const = default;
};

} // namespace troupe::config
