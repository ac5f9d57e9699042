#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace troupe::commands {

/// What a log has that the look before it had not.
struct log_news {
  /// The first new line of `now`.
  size_t begin = 0;
  /// Whether lines before it may never have been seen.
  bool has_gap = false;
};

/// Compares two looks at the last lines of a log: the end of `before` is found at the
/// beginning of `now`, as much of it as there is. So lines are missed where a log that is
/// full consists of one line again and again.
log_news compare_logs(const std::vector<std::string>& before,
                      const std::vector<std::string>& now);

} // namespace troupe::commands
