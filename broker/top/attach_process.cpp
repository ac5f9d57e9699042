#include "broker/top/attach_process.hpp"

#include "actors/loop/unique_fd.hpp"
#include "broker/commands/tty.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe::top {

namespace {

/// Of what it says, so many bytes are kept.
constexpr size_t kept_bytes = 1024;

std::vector<std::string> command_line(const attach& what,
                                      const client::node_locator& where) {
  std::vector<std::string> all{"troupe", "attach", what.name};
  auto add = [&all](const char* option, const std::string& value) {
    if (!value.empty())
      all.insert(all.end(), {option, value});
  };
  add("--node", where.node);
  add("--state-dir", where.state_dir.string());
  add("--ca", where.ca.string());
  if (what.watches)
    all.emplace_back("--read-only");
  return all;
}

/// Starts this program again, with its stderr in `errors`. Returns its pid, or -1 and
/// sets errno.
pid_t start(std::vector<std::string> words, int errors) {
  std::vector<char*> argv;
  for (auto& w : words)
    argv.push_back(w.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  pid_t pid = -1;
  errno = ::posix_spawn(&pid, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  return errno == 0 ? pid : -1;
}

/// Shows what comes from `from` and returns the end of it.
std::string relay_errors(int from) {
  std::string kept;
  std::array<char, 512> bytes;
  for (;;) {
    auto n = ::read(from, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return kept;
    std::string_view part{bytes.data(), static_cast<size_t>(n)};
    commands::write_to_own(part);
    kept += part;
    if (kept.size() > kept_bytes)
      kept.erase(0, kept.size() - kept_bytes);
  }
}

std::string last_line(std::string text) {
  while (text.ends_with('\n'))
    text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

} // namespace

std::string run_attach(const attach& what, const client::node_locator& where) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return std::string{"attach: "} + std::strerror(errno);
  loop::unique_fd reading{ends[0]};
  loop::unique_fd writing{ends[1]};
  auto pid = start(command_line(what, where), writing.get());
  if (pid < 0)
    return std::string{"attach: "} + std::strerror(errno);
  writing.reset();
  auto said = relay_errors(reading.get());
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  return last_line(std::move(said));
}

} // namespace troupe::top
