#include "actors/os/own_process.hpp"

#include "actors/os/process_table.hpp"
#include "actors/os/process_tree.hpp"
#include "actors/os/read_file.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <string>

namespace troupe::os {

namespace {

std::chrono::nanoseconds to_duration(const timeval& t) {
  return std::chrono::seconds{t.tv_sec} + std::chrono::microseconds{t.tv_usec};
}

/// Returns when the machine was started, in seconds since 1970; 0 if that is not known.
int64_t boot_time() {
  std::istringstream in{read_file("/proc/stat")};
  int64_t seconds = 0;
  for (std::string word; in >> word;)
    if (word == "btime" && in >> seconds)
      break;
  return seconds;
}

} // namespace

process_use read_own_use() {
  process_use use;
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0)
    use.cpu = to_duration(used.ru_utime) + to_duration(used.ru_stime);
  // One of them is that of the folder itself.
  use.open_descriptors = std::max<size_t>(list_folder("/proc/self/fd").size(), 1) - 1;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0)
    use.most_descriptors = files.rlim_cur;
  std::istringstream in{read_file("/proc/self/statm")};
  uint64_t all = 0;
  uint64_t resident = 0;
  if (in >> all >> resident) {
    auto page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
    use.virtual_memory = all * page;
    use.resident_memory = resident * page;
  }
  return use;
}

std::chrono::milliseconds own_start() {
  auto booted = boot_time();
  auto self = find_process(::getpid());
  if (booted == 0 || !self)
    return std::chrono::milliseconds{0};
  return std::chrono::seconds{booted} + time_of_ticks(self->started);
}

} // namespace troupe::os
