#include "actors/node/loop_threads.hpp"

#include "actors/os/usable_cores.hpp"

#include <sys/prctl.h>

#include <algorithm>

namespace troupe::node {

namespace {

/// Cores that one loop can serve before a second one pays (see actors/loops.md).
constexpr unsigned cores_per_loop = 4;

} // namespace

size_t choose_loops(const config::node& node, const std::vector<config::pool>& pools) {
  if (node.loops > 0)
    return node.loops;
  auto count = std::max(1U, os::usable_cores() / cores_per_loop);
  for (auto& p : pools)
    count = std::max(count, p.loops);
  return count;
}

std::chrono::microseconds choose_spin(const config::node& node) {
  // On one core a loop that polls keeps those from running whom it waits for: the kernel
  // may well choose the loop again after its sched_yield.
  return os::usable_cores() == 1 ? std::chrono::microseconds{0} : node.spin;
}

loop_threads::loop_threads(caf::actor_system& system, size_t count,
                           std::chrono::microseconds spin,
                           const loop::event_loop::failure_handler& failed) {
  for (size_t i = 0; i < count; ++i)
    loops_.push_back(std::make_unique<loop::event_loop>(system, spin, failed));
  try {
    for (auto& l : loops_)
      threads_.emplace_back([&l] {
        ::prctl(PR_SET_NAME, "loop");
        l->run();
      });
  } catch (...) { // not all could be started
    end();
    throw;
  }
}

loop_threads::~loop_threads() {
  end();
}

void loop_threads::end() {
  for (auto& l : loops_)
    l->stop();
  for (auto& t : threads_)
    t.join();
}

std::vector<loop::event_loop*> loop_threads::all() const {
  std::vector<loop::event_loop*> result;
  for (auto& l : loops_)
    result.push_back(l.get());
  return result;
}

} // namespace troupe::node
