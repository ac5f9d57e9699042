#include "actors/os/process_tree.hpp"

#include "actors/os/read_file.hpp"

#include <unistd.h>

#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace troupe::os {

namespace {

/// More is a fork bomb, which is not worth counting to its end.
constexpr size_t most_processes = 1000;

/// Appends the children of each thread of `pid`.
void add_children(pid_t pid, std::vector<pid_t>& out) {
  auto tasks = "/proc/" + std::to_string(pid) + "/task/";
  for (auto& thread : list_folder(tasks)) {
    std::istringstream in{read_file(tasks + thread + "/children")};
    for (pid_t child; in >> child;)
      out.push_back(child);
  }
}

void add(tree_usage& to, const process_entry& p) {
  static const auto page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  to.memory = byte_count{to.memory + p.resident_pages * page};
  to.cpu += time_of_ticks(p.cpu_ticks);
}

} // namespace

std::chrono::milliseconds time_of_ticks(uint64_t ticks) {
  static const auto rate = static_cast<uint64_t>(::sysconf(_SC_CLK_TCK));
  return std::chrono::milliseconds{ticks * 1000 / rate};
}

tree_usage read_tree_usage(pid_t root) {
  tree_usage sum;
  std::vector<pid_t> tree{root};
  for (size_t i = 0; i < tree.size() && i < most_processes; ++i) {
    // The parent before its children: one that ends meanwhile does not count twice.
    auto p = find_process(tree[i]);
    if (!p)
      continue;
    if (i == 0)
      sum.started = p->started;
    add(sum, *p);
    add_children(tree[i], tree);
  }
  return sum;
}

std::vector<tree_usage> usage_of_trees(const std::vector<process_entry>& all,
                                       const std::vector<pid_t>& roots) {
  constexpr size_t none = SIZE_MAX;
  std::vector<tree_usage> trees(roots.size());
  std::unordered_map<pid_t, size_t> tree_of; // known ones, and none for those outside
  for (size_t i = 0; i < roots.size(); ++i)
    tree_of[roots[i]] = i;
  std::unordered_map<pid_t, pid_t> parent_of;
  for (auto& p : all)
    parent_of[p.pid] = p.parent;
  std::vector<pid_t> path;
  for (auto& p : all) {
    path.clear();
    auto tree = none;
    // A circle cannot be, but parents are read at different moments.
    for (auto pid = p.pid; path.size() < most_processes;) {
      if (auto known = tree_of.find(pid); known != tree_of.end()) {
        tree = known->second;
        break;
      }
      path.push_back(pid);
      auto up = parent_of.find(pid);
      if (up == parent_of.end() || up->second == pid)
        break;
      pid = up->second;
    }
    for (auto pid : path)
      tree_of[pid] = tree;
    if (tree == none)
      continue;
    add(trees[tree], p);
    if (p.pid == roots[tree])
      trees[tree].started = p.started;
  }
  return trees;
}

} // namespace troupe::os
