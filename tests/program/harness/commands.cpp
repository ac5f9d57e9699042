#include "tests/program/harness/commands.hpp"

#include "tests/program/harness/temporary_folder.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>
#include <string_view>

namespace program {

namespace {

/// How variables begin that a node reads.
constexpr std::array<std::string_view, 6> own_variables = {
    "TROUPE_",          "NOTIFY_SOCKET=",     "WATCHDOG_",
    "STATE_DIRECTORY=", "RUNTIME_DIRECTORY=", "CREDENTIALS_DIRECTORY="};

std::vector<char*> pointers(std::vector<std::string>& from) {
  std::vector<char*> out;
  for (auto& s : from)
    out.push_back(s.data());
  out.push_back(nullptr);
  return out;
}

} // namespace

std::vector<std::string>
environment(const std::vector<std::pair<std::string, std::string>>& more) {
  std::vector<std::string> result;
  for (auto variable = ::environ; *variable; ++variable) {
    std::string text{*variable};
    auto is_own = [&](std::string_view start) { return text.starts_with(start); };
    if (std::none_of(own_variables.begin(), own_variables.end(), is_own))
      result.push_back(std::move(text));
  }
  for (auto& [name, value] : more)
    result.push_back(name + "=" + value);
  return result;
}

pid_t start_process(std::vector<std::string> command, std::vector<std::string> env,
                    const process_streams& s) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, s.output, 1);
  ::posix_spawn_file_actions_adddup2(&actions, s.errors, 2);
  ::posix_spawn_file_actions_addchdir_np(&actions, s.folder.c_str());
  pid_t pid = -1;
  auto argv = pointers(command);
  auto envp = pointers(env);
  auto error = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), envp.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    throw std::runtime_error{"cannot run " + command.front()};
  return pid;
}

std::optional<int> wait_for_end(pid_t pid, milliseconds limit) {
  int status = 0;
  if (!eventually([&] { return ::waitpid(pid, &status, WNOHANG) == pid; }, limit))
    return std::nullopt;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::pair<int, std::string> run(const std::vector<std::string>& command,
                                const std::string& folder, milliseconds limit) {
  temporary_folder scratch;
  auto path = scratch / "output";
  descriptor both{::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
  auto pid = start_process(command, environment(), {both.get(), both.get(), folder});
  auto status = wait_for_end(pid, limit);
  if (!status) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    throw std::runtime_error{command.front() + " did not end: " + read_file(path)};
  }
  return {*status, read_file(path)};
}

running_command::running_command(const std::vector<std::string>& command)
  : output_(descriptor{}) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::runtime_error{"no pair of sockets"};
  output_ = stream{descriptor{ends[0]}};
  descriptor writer{ends[1]};
  pid_ = start_process(command, environment(), {writer.get(), writer.get(), "."});
}

running_command::~running_command() {
  if (pid_ > 0)
    end_with(SIGKILL);
}

std::optional<int> running_command::end_with(int number) {
  ::kill(pid_, number);
  auto status = wait_for_end(pid_, patience);
  if (status)
    pid_ = -1;
  return status;
}

} // namespace program
