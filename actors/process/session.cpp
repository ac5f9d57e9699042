#include "actors/process/session.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

namespace troupe {

namespace {

/// Looks that find somebody: what is killed may have forked since the last look.
constexpr int most_passes = 8;

/// Returns whether `pid` still runs in one of the sessions.
bool is_in(const std::vector<pid_t>& leaders, pid_t pid) {
  auto session = ::getsid(pid);
  if (session <= 0 || std::find(leaders.begin(), leaders.end(), session) == leaders.end())
    return false;
  // Its name, in parentheses, may hold anything; the state follows it.
  char text[512];
  auto path = "/proc/" + std::to_string(pid) + "/stat";
  auto fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  auto n = ::read(fd, text, sizeof text - 1);
  ::close(fd);
  text[n > 0 ? n : 0] = 0;
  auto end = std::strrchr(text, ')');
  return end && end[1] == ' ' && end[2] != 'Z' && end[2] != 'X';
}

} // namespace

void kill_sessions(const std::vector<pid_t>& leaders) {
  if (leaders.empty())
    return;
  auto found = true;
  for (int pass = 0; found && pass < most_passes; ++pass) {
    found = false;
    auto all = ::opendir("/proc");
    if (!all)
      return;
    while (auto entry = ::readdir(all)) {
      auto pid = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
      if (pid > 1 && is_in(leaders, pid) && ::kill(pid, SIGKILL) == 0)
        found = true;
    }
    ::closedir(all);
  }
}

} // namespace troupe
