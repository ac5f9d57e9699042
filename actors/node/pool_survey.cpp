#include "actors/node/pool_survey.hpp"

#include "actors/interfaces/sampler_actor.hpp"

#include <chrono>

namespace troupe::node {

using namespace std::chrono_literals;

namespace {

/// Has SAMPLER read the memory of all workers in `rows`, by one question.
void add_memory(node_state& node, std::vector<pool_survey_row>& rows,
                pool_survey::finisher finish) {
  process_roots roots;
  for (auto& r : rows)
    for (auto& s : r.status.replicas)
      roots.pids.push_back(s.worker.pid);
  auto all = std::make_shared<pool_survey>(std::move(finish), std::move(rows));
  auto asked = node.self->request(node.sampler, caf::infinite, atom::sample_v,
                                  std::move(roots), os::tree_facts::memory);
  all->expect<tree_usages>(asked, [](auto& sampled, tree_usages& uses) {
    auto use = uses.trees.begin();
    for (auto& r : sampled)
      for (auto& s : r.status.replicas)
        s.worker.memory = (use++)->memory;
  });
  all->close();
}

} // namespace

void survey(node_state& node, const std::vector<const pool_entry*>& pools,
            pool_survey::finisher finish) {
  auto all = std::make_shared<pool_survey>(std::move(finish));
  for (auto p : pools) {
    auto i = all->gathered().size();
    all->gathered().push_back({p->context, {}, {}});
    all->expect<queue_status>(node.self->request(p->broker, 2s, atom::status_v),
                              [i](auto& rows, auto& s) { rows[i].queue = std::move(s); });
    all->expect<pool_status>(node.self->request(p->supervisor, 2s, atom::status_v),
                             [i](auto& rows, auto& s) { rows[i].status = std::move(s); });
  }
  all->close();
}

void survey_all(node_state& node, pool_survey::finisher finish) {
  std::vector<const pool_entry*> all;
  for (auto& [name, entry] : node.pools)
    if (!entry.removing)
      all.push_back(&entry);
  survey(node, all, std::move(finish));
}

pool_survey::finisher with_memory(node_state& node, pool_survey::finisher finish) {
  return [&node, finish = std::move(finish)](std::vector<pool_survey_row>& rows) mutable {
    add_memory(node, rows, std::move(finish));
  };
}

} // namespace troupe::node
