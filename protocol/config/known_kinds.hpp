#pragma once

#include "protocol/base/result.hpp"
#include "protocol/config/behaviour_table.hpp"
#include "protocol/config/worker_kind.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace troupe::config {

/// What the program has, for the names in a configuration. For as long as a configuration
/// is read: it refers to what it was made from.
struct known_kinds {
  /// With the kinds of workers alone there are no followers and no operations to name.
  known_kinds(const worker_kinds& all)
    : workers(all) {}

  const worker_kinds& workers;
  behaviour_table followers = {};
  /// Asked when `[operation]` is read; may be empty.
  std::function<behaviour_table()> operations = {};
  /// Returns whether the node has an operation of this name anyway; may be empty.
  std::function<bool(std::string_view)> is_operation = {};
  /// Loads the plugin at an absolute path, whose behaviours pools may name from then on,
  /// or returns why it is refused. Empty: there are no plugins.
  std::function<result<void, std::string>(const std::filesystem::path&)> load_plugin = {};
};

} // namespace troupe::config
