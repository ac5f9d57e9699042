#include "actors/os/process_table.hpp"

#include "actors/loop/unique_fd.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <set>
#include <thread>
#include <utility>

namespace troupe::os {

namespace {

using std::chrono::milliseconds;
using pass_clock = std::chrono::steady_clock;

/// The time that killed processes have to end before the next pass.
constexpr milliseconds dying_time{50};

/// Bytes of an environment that are looked at.
constexpr size_t longest_environment = 4 * 1024 * 1024;

/// Processes whose end is awaited before the next pass: each takes a descriptor.
constexpr size_t most_awaited = 64;

/// Passes that find only processes that were killed before: a process may sleep where
/// no signal reaches it.
constexpr int most_idle_passes = 4;

/// Returns what is in the file, up to about `limit` bytes. Nothing: it cannot be opened.
std::optional<std::string> read_whole(const std::string& path, size_t limit = 1 << 20) {
  loop::unique_fd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!fd)
    return std::nullopt;
  std::string text;
  char block[4096];
  while (text.size() < limit) {
    auto n = ::read(fd.get(), block, sizeof block);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    text.append(block, static_cast<size_t>(n));
  }
  return text;
}

/// The entries of a folder whose names are numbers.
std::vector<pid_t> numbers_of(const std::string& folder) {
  std::vector<pid_t> found;
  std::unique_ptr<DIR, int (*)(DIR*)> all{::opendir(folder.c_str()), ::closedir};
  while (all) {
    auto entry = ::readdir(all.get());
    if (!entry)
      break;
    auto number = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
    if (number > 0)
      found.push_back(number);
  }
  return found;
}

/// PF_KTHREAD of the kernel's include/linux/sched.h, in the field `flags` of
/// proc_pid_stat(5).
constexpr uint64_t kernel_thread = 0x00200000;

/// Looks at a process without an environment, a millisecond each, before it is taken for
/// one that has none.
constexpr int exec_looks = 20;

std::string in_proc(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + '/' + file;
}

/// Returns the pids that the kernel lists; nothing if it does not.
std::optional<std::vector<pid_t>> listed_children(const std::string& proc) {
  auto tasks = proc + "/self/task";
  if (::access((proc + "/thread-self/children").c_str(), R_OK) != 0)
    return std::nullopt;
  std::vector<pid_t> found;
  for (auto thread : numbers_of(tasks)) {
    auto text =
        read_whole(tasks + '/' + std::to_string(thread) + "/children").value_or("");
    for (size_t at = 0; at < text.size();) {
      pid_t pid = 0;
      auto [rest, wrong] =
          std::from_chars(text.data() + at, text.data() + text.size(), pid);
      if (wrong != std::errc{})
        break;
      found.push_back(pid);
      at = static_cast<size_t>(rest - text.data()) + 1;
    }
  }
  return found;
}

/// Sends SIGKILL to the very process that was seen. Returns its descriptor if that
/// worked.
loop::unique_fd kill_seen(const process_entry& seen) {
  // Open the pidfd before the second look at /proc: so both are of one process.
  loop::unique_fd fd{static_cast<int>(::syscall(SYS_pidfd_open, seen.pid, 0))};
  auto now = fd ? find_process(seen.pid) : std::nullopt;
  if (!now || now->ended || now->started != seen.started
      || ::syscall(SYS_pidfd_send_signal, fd.get(), SIGKILL, nullptr, 0) != 0)
    fd.reset();
  return fd;
}

void await_ends(const std::vector<loop::unique_fd>& dying) {
  auto until = pass_clock::now() + dying_time;
  for (auto& fd : dying) {
    auto left = std::chrono::ceil<milliseconds>(until - pass_clock::now());
    pollfd p{fd.get(), POLLIN, 0};
    ::poll(&p, 1, static_cast<int>(std::max(left, milliseconds{0}).count()));
  }
}

} // namespace

std::optional<process_entry> parse_stat(pid_t pid, std::string_view line) {
  // Its name, in parentheses, may hold anything; field 3 follows it.
  auto name_end = line.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= line.size())
    return std::nullopt;
  line.remove_prefix(name_end + 2);
  process_entry p;
  p.pid = pid;
  p.ended = line[0] == 'Z' || line[0] == 'X';
  std::array<uint64_t, 22 - 3> fields{}; // from the fourth to the twenty-second
  for (auto& field : fields) {
    auto start = line.find(' ');
    if (start == std::string_view::npos)
      return std::nullopt;
    line.remove_prefix(start + 1);
    if (!line.starts_with('-')
        && std::from_chars(line.data(), line.data() + line.size(), field).ec
               != std::errc{})
      return std::nullopt;
  }
  p.parent = static_cast<pid_t>(fields[0]);
  p.group = static_cast<pid_t>(fields[1]);
  p.sid = static_cast<pid_t>(fields[2]);
  p.in_kernel = (fields[9 - 4] & kernel_thread) != 0;
  for (auto number : {14, 15, 16, 17}) // utime, stime, cutime, cstime
    p.cpu_ticks += fields[static_cast<size_t>(number - 4)];
  p.started = fields.back();
  // Behind the next one, the size of its address space, is that of what is resident.
  auto next = line.find(' ');
  if (next = line.find(' ', next + 1); next != std::string_view::npos)
    std::from_chars(line.data() + next + 1, line.data() + line.size(), p.resident_pages);
  return p;
}

std::optional<process_entry> find_process(pid_t pid) {
  // The kernel gives the whole line at once.
  char line[2048];
  loop::unique_fd fd{::open(in_proc(pid, "stat").c_str(), O_RDONLY | O_CLOEXEC)};
  auto n = fd ? ::read(fd.get(), line, sizeof line) : -1;
  return n > 0 ? parse_stat(pid, {line, static_cast<size_t>(n)}) : std::nullopt;
}

uint64_t ticks_since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  auto rate = static_cast<uint64_t>(::sysconf(_SC_CLK_TCK));
  return static_cast<uint64_t>(now.tv_sec) * rate
         + static_cast<uint64_t>(now.tv_nsec) * rate / 1'000'000'000;
}

std::vector<process_entry> all_processes() {
  std::vector<process_entry> found;
  for (auto pid : numbers_of("/proc"))
    if (auto p = find_process(pid))
      found.push_back(*p);
  return found;
}

std::vector<process_entry> own_children(const std::string& proc) {
  std::vector<process_entry> found;
  auto pids = listed_children(proc);
  if (!pids)
    pids = numbers_of("/proc");
  for (auto pid : *pids)
    if (auto p = find_process(pid); p && p->parent == ::getpid())
      found.push_back(*p);
  return found;
}

/// Whether it may have an environment, though none is seen: one that has ended has none
/// any more, and a thread of the kernel never has one.
static bool may_have_environment(pid_t pid) {
  auto p = find_process(pid);
  return p && !p->ended && !p->in_kernel;
}

std::optional<std::string> initial_variable(pid_t pid, std::string_view name) {
  auto file = in_proc(pid, "environ");
  auto text = read_whole(file, longest_environment);
  // In the middle of an exec a process has no environment for a moment. One that cannot
  // be opened is somebody else's, and stays so.
  for (int i = 0; i < exec_looks && text == "" && may_have_environment(pid); ++i) {
    std::this_thread::sleep_for(milliseconds{1});
    text = read_whole(file, longest_environment);
  }
  if (!text)
    return std::nullopt;
  for (std::string_view rest = *text; !rest.empty();) {
    auto end = rest.find('\0');
    auto variable = rest.substr(0, end);
    if (variable.starts_with(name) && variable.substr(name.size(), 1) == "=")
      return std::string{variable.substr(name.size() + 1)};
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return std::nullopt;
}

bool end_processes(const process_hunt& hunt) {
  auto until = pass_clock::now() + hunt.time;
  std::set<std::pair<pid_t, uint64_t>> signalled;
  for (int idle_passes = 0; idle_passes < most_idle_passes;) {
    if (pass_clock::now() >= until)
      return false;
    std::vector<loop::unique_fd> dying;
    auto found = false;
    auto found_new = false;
    for (auto& p : hunt.list()) {
      if (p.ended || p.pid == ::getpid() || !hunt.is_prey(p))
        continue;
      auto fd = kill_seen(p);
      if (!fd)
        continue;
      found = true;
      found_new |= signalled.emplace(p.pid, p.started).second;
      if (dying.size() < most_awaited)
        dying.push_back(std::move(fd));
    }
    if (!found)
      return true;
    idle_passes = found_new ? 0 : idle_passes + 1;
    await_ends(dying);
    if (hunt.after_kill)
      hunt.after_kill();
  }
  return true; // the kernel holds those that are left
}

} // namespace troupe::os
