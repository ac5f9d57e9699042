#pragma once

#include "actors/os/spawner.hpp"

#include <string>
#include <vector>

namespace troupe::os {

/// The last step of a child: it becomes its program. All that this takes is prepared by
/// the node, since the child, which shares the node's memory until then, must neither
/// allocate nor need a stack that grows with its arguments (as execvp(3) does).
class program_start {
public:
  /// @param spec Must outlive it.
  explicit program_start(const spawn_spec& spec);
  program_start(const program_start&) = delete;
  program_start& operator=(const program_start&) = delete;

  /// Runs the program: the first of its files that is there. A text file without a `#!`
  /// line is run by `/bin/sh`, as shells do. For the child, with its user and folder.
  /// Returns if nothing could be run.
  void run() noexcept;

  /// Returns why `run` returned, for a person.
  std::string explain() const;

private:
  /// Runs a file that the kernel does not know how to run.
  void run_by_shell(const char* file) noexcept;
  void fail(int error, const char* file) noexcept;
  bool is_looked_for() const;
  /// Why there is no such file, or seems to be none.
  std::string explain_absence() const;

  const spawn_spec& spec_;
  std::vector<std::string> names_;
  std::vector<char*> files_;
  std::vector<char*> arguments_;
  /// As `arguments_`, but for the first, which becomes the shell and the file.
  std::vector<char*> shell_arguments_;
  std::vector<char*> environment_;
  // Results of the child.
  int error_ = 0;
  const char* failed_file_ = nullptr;
  bool is_binary_ = false;
  bool is_shell_missing_ = false;
};

/// Returns the pointers that execve(2) takes, the null pointer last.
std::vector<char*> c_strings(const std::vector<std::string>& from);

} // namespace troupe::os
