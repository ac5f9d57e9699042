#pragma once

#include "protocol/config/load.hpp"

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace troupe {

/// Where a configuration comes from, to be read again when the node is told to.
struct config_source {
  /// Empty: there is no file.
  std::string file;
  std::vector<std::string> overrides;

  std::variant<config::file, std::vector<config::mistake>> read() const;

  /// Returns what relative paths in it are relative to.
  std::filesystem::path folder() const;
};

/// Runs a node in the foreground until it is told to stop: SIGTERM or SIGINT drain it (a
/// second one ends it at once), reading its configuration again on SIGHUP. Prints the ready
/// line on stdout.
///
/// Call it from a process with a single thread. Returns the exit status of the program;
/// what keeps it from starting is explained on stderr.
/// @param source Where `config` came from.
int serve(config::file config, config_source source);

} // namespace troupe
