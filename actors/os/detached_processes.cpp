#include "actors/os/detached_processes.hpp"

#include "actors/os/read_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>

namespace troupe::os {

namespace {

struct process_stat {
  char state = 0;
  uint64_t started = 0;
};

std::string boot_id() {
  return read_file("/proc/sys/kernel/random/boot_id");
}

std::optional<process_stat> stat_of(pid_t pid) {
  auto text = read_file("/proc/" + std::to_string(pid) + "/stat");
  // Its name, in parentheses, may hold anything; field 3 follows it.
  auto name_end = text.rfind(')');
  if (name_end == std::string::npos)
    return std::nullopt;
  std::istringstream fields{text.substr(name_end + 1)};
  process_stat s;
  fields >> s.state;
  std::string skipped;
  for (int field = 4; field < 22; ++field)
    fields >> skipped;
  fields >> s.started;
  s.started = start_stamp(s.started, boot_id());
  return fields ? std::optional{s} : std::nullopt;
}

/// Returns the real user of a process.
std::optional<uid_t> owner_of(pid_t pid) {
  std::istringstream in{read_file("/proc/" + std::to_string(pid) + "/status")};
  std::string word;
  uid_t user = 0;
  while (in >> word)
    if (word == "Uid:" && in >> user)
      return user;
  return std::nullopt;
}

std::string number(const detached_process& who) {
  return "process " + std::to_string(who.pid);
}

constexpr auto record_suffix = ".home";

std::string record_of(const detached_process& who) {
  return who.log + record_suffix;
}

} // namespace

bool record_detached(const detached_process& who, const std::string& mark) {
  auto path = record_of(who);
  auto fresh = path + ".new";
  auto text = std::to_string(who.pid) + ' ' + std::to_string(who.started) + '\n'
              + who.socket + '\n' + mark + '\n';
  ::unlink(fresh.c_str()); // of a node that was killed
  loop::unique_fd out{
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
  return out
         && ::write(out.get(), text.data(), text.size())
                == static_cast<ssize_t>(text.size())
         && ::rename(fresh.c_str(), path.c_str()) == 0;
}

std::string recorded_mark(const detached_process& who) {
  std::ifstream in{record_of(who)};
  std::string line;
  for (int i = 0; i < 3 && std::getline(in, line); ++i)
    ;
  return in ? line : std::string{};
}

std::vector<detached_process> recorded_detached(const std::filesystem::path& folder) {
  std::vector<detached_process> found;
  for (auto& name : list_folder(folder)) {
    if (!name.ends_with(record_suffix))
      continue;
    auto path = folder / name;
    std::istringstream in{read_file(path)};
    detached_process s;
    in >> s.pid >> s.started >> std::ws;
    if (std::getline(in, s.socket)) {
      s.log = path.string().substr(0, path.string().size() - std::strlen(record_suffix));
      found.push_back(std::move(s));
    }
  }
  return found;
}

void remove_traces(const detached_process& who) {
  if (!who.socket.empty())
    ::unlink(who.socket.c_str());
  if (!who.log.empty())
    for (auto& file : {who.log, record_of(who)})
      ::unlink(file.c_str());
}

constexpr int tick_bits = 40; // 348 years at 100 a second

uint64_t ticks_of(uint64_t start_stamp) {
  return start_stamp & ((uint64_t{1} << tick_bits) - 1);
}

uint64_t start_stamp(uint64_t ticks, std::string_view boot_id) {
  // As many boots as fit beside the ticks into a signed column of the registry; odd, so
  // that each digit counts.
  constexpr uint64_t boots = (1U << 23) - 1;
  uint64_t boot = 0;
  for (auto c : boot_id)
    if (auto digit = std::string_view{"0123456789abcdef"}.find(c);
        digit != std::string_view::npos)
      boot = (boot * 16 + digit) % boots;
  return boot << tick_bits | (ticks & ((uint64_t{1} << tick_bits) - 1));
}

std::optional<uint64_t> start_time(pid_t pid) {
  auto s = stat_of(pid);
  return s ? std::optional{s->started} : std::nullopt;
}

result<loop::unique_fd, std::string> find_detached(const detached_process& who,
                                                   uid_t user) {
  auto pid = static_cast<pid_t>(who.pid);
  // Open the pidfd before reading /proc: the pid could be reused in between.
  loop::unique_fd fd{pid > 1 ? static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)) : -1};
  auto s = fd ? stat_of(pid) : std::nullopt;
  if (!s || s->state == 'Z' || s->state == 'X')
    return failure(number(who) + " has ended");
  if (s->started != who.started)
    return failure(number(who) + " is another one than that which was left");
  if (owner_of(pid) != user)
    return failure(number(who) + " runs as another user than it should");
  return fd;
}

bool end_detached(const detached_process& who) {
  auto owner = owner_of(static_cast<pid_t>(who.pid));
  auto fd = find_detached(who, owner.value_or(0));
  if (fd) {
    // Stop the process first: a stopped process cannot end, so that its pid is not
    // reused.
    ::syscall(SYS_pidfd_send_signal, fd->get(), SIGSTOP, nullptr, 0);
    if (::syscall(SYS_pidfd_send_signal, fd->get(), 0, nullptr, 0) == 0)
      ::kill(-static_cast<pid_t>(who.pid), SIGKILL);
    ::syscall(SYS_pidfd_send_signal, fd->get(), SIGKILL, nullptr, 0);
  }
  remove_traces(who);
  return fd.has_value();
}

exit_status bury_detached(const detached_process& who, int pidfd) {
  auto pid = static_cast<pid_t>(who.pid);
  // A group keeps its leader's number from being used again, and is gone with its last
  // process.
  auto now = start_time(pid);
  if (!now || *now == who.started)
    ::kill(-pid, SIGKILL);
  siginfo_t info{};
  if (::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd), &info,
               WEXITED | WNOHANG)
          != 0
      || info.si_pid == 0)
    return unseen{};
  if (info.si_code == CLD_EXITED)
    return exited{info.si_status};
  return signalled{info.si_status};
}

} // namespace troupe::os
