#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace troupe::commands {

/// What stands in a place of the command line.
struct completed_value {
  enum class kind : uint8_t {
    /// Nobody knows.
    text,
    file,
    folder,
    /// The names of the node's pools.
    pools,
    /// The names of the node's pools and workers.
    names,
    /// The ids of the node's open calls.
    calls,
    /// One of `words`.
    words,
  };

  kind is = kind::text;
  std::vector<std::string> words = {};
};

struct completed_option {
  /// With their dashes.
  std::vector<std::string> names;
  std::string description;
  bool takes_value = false;
  bool repeats = false;
  completed_value value;
};

struct completed_argument {
  /// As the help calls it.
  std::string name;
  completed_value value;
};

struct completed_command {
  std::string name;
  std::string description;
  std::vector<completed_option> options;
  std::vector<completed_argument> arguments;
};

/// The command line as a shell completes it.
struct completed_program {
  /// What may stand before the command.
  std::vector<completed_option> options;
  std::vector<completed_command> commands;
};

/// Reads the commands, options and arguments out of the program; what its help hides is
/// left out. Subcommands of a command are words of its first argument.
completed_program completed(const CLI::App& app);

/// Returns the completion script of a shell.
std::string bash_completion(const completed_program& program);
std::string zsh_completion(const completed_program& program);
std::string fish_completion(const completed_program& program);

} // namespace troupe::commands
