#include "actors/cluster/routing.hpp"

#include <algorithm>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace troupe::cluster {

namespace {

/// Returns whether `a` is less busy than `b`: it uses a smaller share of its slots.
bool is_less_busy(const pool_figures& a, const pool_figures& b) {
  return uint64_t{a.running} * b.size < uint64_t{b.running} * a.size;
}

/// FNV-1a: the same on every host, unlike `std::hash`.
uint64_t hash(std::string_view text, uint64_t from) {
  for (auto c : text)
    from = (from ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return from;
}

} // namespace

random_below make_random() {
  return [engine = std::minstd_rand{std::random_device{}()}](size_t n) mutable {
    return static_cast<size_t>(engine()) % n;
  };
}

pool_figures figures_of(const pool_load& load) {
  constexpr auto relaxed = std::memory_order_relaxed;
  return {load.free.load(relaxed), load.waiting.load(relaxed), load.running.load(relaxed),
          load.size.load(relaxed)};
}

pool_figures with_sent(pool_figures load, uint32_t sent) {
  auto hidden =
      sent > load.running + load.waiting ? sent - load.running - load.waiting : 0;
  auto started = std::min(hidden, load.free);
  load.free -= started;
  load.running += started;
  load.waiting += hidden - started;
  return load;
}

bool has_shorter_wait(const pool_figures& a, const pool_figures& b) {
  if (a.size == 0 || b.size == 0) // no worker: nobody knows how long one takes to start
    return a.size > b.size;
  return (uint64_t{a.waiting} + 1) * b.size < (uint64_t{b.waiting} + 1) * a.size;
}

const candidate* choose(std::span<const candidate> all, const random_below& random) {
  if (all.size() == 1)
    return &all.front();
  std::vector<const candidate*> with_room;
  const candidate* shortest = nullptr;
  for (auto& c : all) {
    if (has_room(c.load))
      with_room.push_back(&c);
    if (!shortest || has_shorter_wait(c.load, shortest->load))
      shortest = &c;
  }
  if (with_room.empty())
    return shortest;
  auto n = with_room.size();
  if (n == 1)
    return with_room.front();
  auto first = random(n);
  auto second = random(n - 1);
  second += second >= first ? 1 : 0; // two that differ
  auto a = with_room[first];
  auto b = with_room[second];
  return is_less_busy(b->load, a->load) ? b : a;
}

bool may_run_elsewhere(const call& c, bool may_have_started,
                       steady_clock::time_point now) {
  if (!c.node.empty() || (c.timeout && c.taken + *c.timeout <= now))
    return false;
  // Parts of a streamed result may be out already.
  return !may_have_started || (c.idempotent && !c.stream);
}

namespace {

/// Returns `line` with `to` in the place of the node `from`.
ancestors_ptr rename_node(const ancestors_ptr& line, std::string_view from,
                          std::string_view to) {
  if (!line)
    return nullptr;
  auto renamed = *line;
  for (auto& a : renamed)
    if (a.node == from)
      a.node = to;
  return std::make_shared<const std::vector<ancestor>>(std::move(renamed));
}

} // namespace

link_call to_link_call(link_call_id id, const call& c, std::string_view own) {
  // Without what stays here, and without what the row says beside the call.
  link_call out{id, c.pool, c.node, static_cast<uint8_t>(c.hops + 1), {}};
  auto& what = out.what;
  what.kind = c.kind;
  what.payload = c.payload;
  what.key = c.key;
  what.taken = c.taken;
  what.timeout = c.timeout;
  what.worker = c.worker;
  what.priority = c.priority;
  what.idempotent = c.idempotent;
  what.stream = c.stream;
  what.ancestors = rename_node(c.ancestors, {}, own);
  what.trace = c.trace;
  what.request_id = c.request_id;
  what.front = c.front;
  what.form = c.form;
  return out;
}

call from_link_call(link_call&& c, std::string_view own) {
  auto what = std::move(c.what);
  what.ancestors = rename_node(what.ancestors, own, {});
  what.pool = std::move(c.pool);
  what.node = std::move(c.node);
  what.hops = c.hops;
  what.front = front_kind::cluster;
  return what;
}

uint64_t node_affinity(std::string_view key, std::string_view node) {
  auto x = hash(node, hash(key, 14695981039346656037U));
  // The finalizer of SplitMix64 spreads what the two have in common.
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

const candidate* choose_for_key(std::span<const candidate> all, std::string_view key) {
  const candidate* best = nullptr;
  uint64_t most = 0;
  for (auto& c : all) {
    auto a = node_affinity(key, c.node);
    if (!best || a > most || (a == most && c.node < best->node)) {
      best = &c;
      most = a;
    }
  }
  return best;
}

} // namespace troupe::cluster
