#include "tests/program/harness/processes.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace program {

namespace {

namespace fs = std::filesystem;

fs::path folder_of(pid_t pid) {
  return fs::path{"/proc"} / std::to_string(pid);
}

/// The fields of `stat` in a folder of /proc from `state` on; empty if the process or
/// thread is gone. The name before them may hold blanks and brackets.
std::vector<std::string> stat_fields(const fs::path& folder) {
  std::ifstream in{folder / "stat"};
  std::string text;
  std::getline(in, text); // unlike an iterator it does not throw if the process ends now
  auto end = text.rfind(')');
  if (end == std::string::npos)
    return {};
  std::istringstream rest{text.substr(end + 1)};
  std::vector<std::string> fields;
  for (std::string field; rest >> field;)
    fields.push_back(field);
  return fields;
}

/// The entries of `folder` whose names are numbers, sorted.
std::vector<int> numbers_in(const fs::path& folder) {
  std::vector<int> found;
  std::error_code ec;
  for (fs::directory_iterator i{folder, ec}, end; !ec && i != end; i.increment(ec)) {
    auto name = i->path().filename().string();
    int n = 0;
    auto [rest, bad] = std::from_chars(name.data(), name.data() + name.size(), n);
    if (bad == std::errc{} && rest == name.data() + name.size())
      found.push_back(n);
  }
  std::sort(found.begin(), found.end());
  return found;
}

int64_t status_number(pid_t pid, const std::string& member) {
  auto text = process_status(pid, member);
  return text.empty() ? 0 : std::stoll(text);
}

std::vector<pid_t> children_where(pid_t parent, bool only_zombies) {
  std::vector<pid_t> found;
  for (auto pid : numbers_in("/proc")) {
    auto fields = stat_fields(folder_of(pid));
    if (fields.size() > 1 && fields[1] == std::to_string(parent)
        && (!only_zombies || fields[0] == "Z"))
      found.push_back(pid);
  }
  return found;
}

} // namespace

bool is_running(pid_t pid) {
  auto fields = stat_fields(folder_of(pid));
  return !fields.empty() && fields[0] != "Z" && fields[0] != "X";
}

bool is_stopped(pid_t pid) {
  auto all = numbers_in(folder_of(pid) / "task");
  return !all.empty() && std::all_of(all.begin(), all.end(), [pid](int thread) {
    auto fields = stat_fields(folder_of(pid) / "task" / std::to_string(thread));
    return !fields.empty() && fields[0] == "T";
  });
}

std::vector<pid_t> children(pid_t pid) {
  return children_where(pid, false);
}

std::vector<pid_t> zombies(pid_t pid) {
  return children_where(pid, true);
}

std::vector<int> descriptors(pid_t pid) {
  return numbers_in(folder_of(pid) / "fd");
}

int64_t resident_kib(pid_t pid) {
  return status_number(pid, "VmRSS");
}

int64_t peak_kib(pid_t pid) {
  return status_number(pid, "VmHWM");
}

size_t threads(pid_t pid) {
  return numbers_in(folder_of(pid) / "task").size();
}

int64_t cpu_ms(pid_t pid) {
  auto fields = stat_fields(folder_of(pid));
  if (fields.size() < 13)
    return 0;
  // utime and stime, the 14th and 15th of the whole line.
  return (std::stoll(fields[11]) + std::stoll(fields[12])) * 1000
         / ::sysconf(_SC_CLK_TCK);
}

std::string process_status(pid_t pid, const std::string& member) {
  std::ifstream in{folder_of(pid) / "status"};
  for (std::string line; std::getline(in, line);) {
    if (line.compare(0, member.size() + 1, member + ":") != 0)
      continue;
    auto start = line.find_first_not_of(" \t", member.size() + 1);
    return start == std::string::npos ? std::string{} : line.substr(start);
  }
  return {};
}

} // namespace program
