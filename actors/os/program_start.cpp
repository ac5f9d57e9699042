#include "actors/os/program_start.hpp"

#include "actors/os/program_search.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace troupe::os {

namespace {

char shell_program[] = "/bin/sh";

/// Whether the first line of `file` is no text, as of a program for another machine. A
/// file that cannot be read is left to the shell.
bool starts_with_binary(const char* file) noexcept {
  auto fd = ::open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return false;
  char start[128];
  auto n = ::read(fd, start, sizeof start);
  ::close(fd);
  for (ssize_t i = 0; i < n && start[i] != '\n'; ++i)
    if (start[i] == 0)
      return true;
  return false;
}

} // namespace

std::vector<char*> c_strings(const std::vector<std::string>& from) {
  std::vector<char*> out;
  out.reserve(from.size() + 1);
  for (auto& s : from)
    out.push_back(const_cast<char*>(s.c_str()));
  out.push_back(nullptr);
  return out;
}

program_start::program_start(const spawn_spec& spec)
  : spec_(spec)
  , names_(program_files(spec.argv.front(), search_path(spec.env)))
  , files_(c_strings(names_))
  , arguments_(c_strings(spec.argv))
  , environment_(c_strings(spec.env)) {
  files_.pop_back();
  shell_arguments_.reserve(arguments_.size() + 1);
  shell_arguments_ = {shell_program, nullptr};
  shell_arguments_.insert(shell_arguments_.end(), arguments_.begin() + 1,
                          arguments_.end());
}

void program_start::run() noexcept {
  for (auto* file : files_) {
    ::execve(file, arguments_.data(), environment_.data());
    if (errno == ENOEXEC)
      return run_by_shell(file);
    if (!is_next_file_tried(errno))
      return fail(errno, file);
    // "Not executable" says more than "not found", so EACCES is the error that stays.
    if (error_ != EACCES && (errno == EACCES || error_ == 0 || errno == ENOENT))
      fail(errno, file);
  }
}

void program_start::run_by_shell(const char* file) noexcept {
  if (starts_with_binary(file)) {
    is_binary_ = true;
    return fail(ENOEXEC, file);
  }
  shell_arguments_[1] = const_cast<char*>(file);
  ::execve(shell_program, shell_arguments_.data(), environment_.data());
  is_shell_missing_ = true;
  fail(errno, file);
}

void program_start::fail(int error, const char* file) noexcept {
  error_ = error;
  failed_file_ = file;
}

bool program_start::is_looked_for() const {
  return spec_.argv.front().find('/') == std::string::npos;
}

std::string program_start::explain_absence() const {
  for (auto& name : names_) {
    auto file = spec_.cwd / name;
    if (::access(file.c_str(), F_OK) != 0)
      continue;
    if (auto interpreter = interpreter_of(file))
      return "the interpreter of its #! line is missing: '" + *interpreter + "'";
    return "the loader that it names is missing: it may be for another system";
  }
  std::string why = std::strerror(ENOENT);
  if (is_looked_for())
    why += " in PATH=" + std::string{search_path(spec_.env).value_or(system_search_path)};
  return why;
}

std::string program_start::explain() const {
  std::string why = std::strerror(error_);
  if (is_binary_)
    why = "it is no program for this machine (" + why + ")";
  else if (is_shell_missing_)
    why =
        "it has no #! line, and " + std::string{shell_program} + " cannot run it: " + why;
  else if (error_ == ENOENT)
    why = explain_absence();
  else if (is_looked_for())
    why = failed_file_ + (": " + why);
  return "cannot run '" + spec_.argv.front() + "': " + why;
}

} // namespace troupe::os
