#include "actors/os/process_tree.hpp"

#include "actors/os/process_table.hpp"
#include "actors/os/read_file.hpp"

#include <unistd.h>

#include <sstream>
#include <string>
#include <vector>

namespace troupe::os {

namespace {

/// More is a fork bomb, which is not worth counting to its end.
constexpr size_t most_processes = 1000;

uint64_t resident_of(pid_t pid) {
  std::istringstream in{read_file("/proc/" + std::to_string(pid) + "/statm")};
  uint64_t total = 0;
  uint64_t resident = 0;
  in >> total >> resident;
  return in ? resident * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

/// Appends the children of each thread of `pid`.
void add_children(pid_t pid, std::vector<pid_t>& out) {
  auto tasks = "/proc/" + std::to_string(pid) + "/task/";
  for (auto& thread : list_folder(tasks)) {
    std::istringstream in{read_file(tasks + thread + "/children")};
    for (pid_t child; in >> child;)
      out.push_back(child);
  }
}

} // namespace

tree_usage read_tree_usage(pid_t root, tree_facts wanted) {
  uint64_t resident = 0;
  uint64_t ticks = 0;
  std::vector<pid_t> tree{root};
  for (size_t i = 0; i < tree.size() && i < most_processes; ++i) {
    // The parent before its children: one that ends meanwhile does not count twice.
    if (wanted == tree_facts::memory_and_cpu)
      if (auto p = find_process(tree[i]))
        ticks += p->cpu_ticks;
    resident += resident_of(tree[i]);
    add_children(tree[i], tree);
  }
  auto tick_rate = static_cast<uint64_t>(::sysconf(_SC_CLK_TCK));
  return {byte_count{resident}, std::chrono::milliseconds{ticks * 1000 / tick_rate}};
}

} // namespace troupe::os
