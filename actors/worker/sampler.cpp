#include "actors/worker/sampler.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/metrics/pool_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace troupe::worker {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

namespace {

/// Adds CPU time of a worker to that of its pool.
void add_cpu(pool_activity& pool, milliseconds cpu) {
  if (cpu.count() > 0)
    pool.cpu_ms.fetch_add(static_cast<uint64_t>(cpu.count()), std::memory_order_relaxed);
}

double percent(milliseconds cpu, milliseconds elapsed) {
  if (elapsed.count() <= 0 || cpu.count() <= 0)
    return 0;
  return 100.0 * static_cast<double>(cpu.count()) / static_cast<double>(elapsed.count());
}

} // namespace

void sampler_state::begin(const worker_tree& tree) {
  trees[tree.root] = {tree, {}, false};
  pools_[tree.pool].pool = tree.pool_name;
  late.push_back(tree.root);
}

void sampler_state::end(const worker_tree& tree, milliseconds cpu) {
  auto i = trees.find(tree.root);
  if (i == trees.end() || i->second.what.owner != tree.owner)
    return; // the pid is another's by now
  add_cpu(*tree.pool, cpu - i->second.last.cpu);
  trees.erase(i);
}

os::tree_usage sampler_state::usage_of(pid_t root) {
  if (!trees.contains(root))
    return from.tree(root);
  auto all = sample(sample_need::once);
  if (auto i = all->workers.find(root); i != all->workers.end())
    return i->second;
  return {};
}

usage_sample_ptr sampler_state::sample(sample_need need) {
  if (!is_fresh())
    take();
  else
    add_late();
  if (need == sample_need::viewer) {
    viewed_until = self->clock().now() + limits::viewer_time;
    set_timer();
  }
  return last;
}

metrics_snapshot_ptr sampler_state::measure() {
  struct pool_row {
    uint64_t memory = 0;
    std::chrono::nanoseconds cpu{0};
  };
  sample(sample_need::once);
  // A pool and its copies have one row. One that was removed and made again is known
  // twice for a moment.
  std::map<std::string, pool_row> rows;
  for (auto& [pool, sums] : pools_) {
    auto& row = rows[sums.pool];
    row.memory += pool->memory;
    row.cpu += milliseconds{pool->cpu_ms};
  }
  for (auto& [pool, cpu] : cpu_of_ended_)
    rows[pool].cpu += cpu;
  return make_metrics_snapshot([rows = std::move(rows)](metrics::metric_list& out) {
    for (auto& [pool, row] : rows) {
      out.add(metrics::pool::workers_memory, {pool}, row.memory);
      out.add(metrics::pool::workers_cpu, {pool}, row.cpu);
    }
  });
}

void sampler_state::on_timer() {
  ticking = false;
  if (self->clock().now() >= viewed_until)
    return;
  if (!is_fresh())
    take();
  set_timer();
}

bool sampler_state::is_fresh() const {
  return last && self->clock().now() - taken < limits::sample_age;
}

void sampler_state::set_timer() {
  if (!std::exchange(ticking, true))
    self->delayed_send(self, limits::sample_every, internal::timer_v);
}

void sampler_state::take() {
  auto now = self->clock().now();
  auto elapsed = duration_cast<milliseconds>(now - std::exchange(taken, now));
  std::vector<pid_t> roots;
  roots.reserve(trees.size());
  for (auto& [root, tree] : trees)
    roots.push_back(root);
  // Without workers there is nothing to look for.
  auto uses = roots.empty() ? std::vector<os::tree_usage>{}
                            : os::usage_of_trees(from.all(), roots);
  auto fresh = std::make_shared<usage_sample>();
  fresh->workers.reserve(roots.size());
  for (size_t i = 0; i < roots.size(); ++i) {
    auto& tree = trees.at(roots[i]);
    auto use = account(tree, uses[i], elapsed);
    auto& sums = pools_[tree.what.pool];
    sums.memory += use.memory;
    sums.cpu_percent += use.cpu_percent;
    fresh->workers.emplace(roots[i], use);
  }
  auto at = duration_cast<milliseconds>(now.time_since_epoch()).count();
  for (auto& [pool, sums] : pools_) {
    pool->memory.store(sums.memory, std::memory_order_relaxed);
    pool->cpu_permille.store(static_cast<uint32_t>(std::lround(10 * sums.cpu_percent)),
                             std::memory_order_relaxed);
    pool->sampled_ms.store(at, std::memory_order_release);
    sums.memory = 0;
    sums.cpu_percent = 0;
  }
  forget_ended();
  late.clear();
  last = std::move(fresh);
}

void sampler_state::forget_ended() {
  // One that only this actor knows is gone.
  std::map<std::string, milliseconds> ended;
  std::erase_if(pools_, [&](auto& p) {
    auto is_gone = p.first.use_count() == 1;
    if (is_gone)
      ended[p.second.pool] += milliseconds{p.first->cpu_ms};
    return is_gone;
  });
  // What copies of a pool have used stays with that pool.
  auto is_left = [this](const std::string& of) {
    return std::any_of(pools_.begin(), pools_.end(),
                       [&](auto& p) { return p.second.pool == of; });
  };
  for (auto& [of, cpu] : ended)
    cpu_of_ended_[of] += cpu;
  if (!ended.empty())
    std::erase_if(cpu_of_ended_, [&](auto& p) { return !is_left(p.first); });
}

void sampler_state::add_late() {
  if (late.empty())
    return;
  auto more = std::make_shared<usage_sample>(*last);
  for (auto root : std::exchange(late, {}))
    if (auto i = trees.find(root); i != trees.end())
      more->workers[root] = account(i->second, from.tree(root), {});
  last = std::move(more);
}

worker_usage sampler_state::account(known_tree& tree, const os::tree_usage& now,
                                    milliseconds elapsed) const {
  // It has ended, and its worker is about to say so; or the pid is another's.
  if (now.started == 0 || (tree.seen && now.started != tree.last.started))
    return {};
  auto used = now.cpu - tree.last.cpu;
  add_cpu(*tree.what.pool, used);
  if (!std::exchange(tree.seen, true)) {
    auto ticks = from.ticks();
    elapsed = os::time_of_ticks(ticks - std::min(ticks, now.started));
  }
  // What leaves the tree takes its CPU time with it, which stays counted.
  tree.last = now;
  return {now, percent(used, elapsed)};
}

sampler_actor::behavior_type sampler_behavior(sampler_self* self, process_source from) {
  self->state.self = self;
  self->state.from = std::move(from);
  return {
      [self](atom::spawned, const worker_tree& tree) { self->state.begin(tree); },
      [self](atom::exited, const worker_tree& tree, caf::timespan cpu) {
        self->state.end(tree, duration_cast<milliseconds>(cpu));
      },
      [self](atom::sample, int32_t root) { return self->state.usage_of(root); },
      [self](atom::sample, sample_need need) { return self->state.sample(need); },
      [self](internal::timer) { self->state.on_timer(); },
      [self](atom::measure) { return self->state.measure(); },
  };
}

} // namespace troupe::worker
