#pragma once

#include <filesystem>

namespace troupe::config {

/// `[trace]`
struct trace {
  /// Where the spans of calls go; relative to `state_dir`. Empty: nowhere.
  std::filesystem::path file = {};

  bool operator==(const trace&) const = default;
};

} // namespace troupe::config
