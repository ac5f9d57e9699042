#include "actors/node/pool_survey.hpp"

#include "actors/interfaces/sampler_actor.hpp"

#include <chrono>

namespace troupe::node {

using namespace std::chrono_literals;

namespace {

/// Adds what all workers in `rows` use, as SAMPLER knows it, by one question.
void add_usage(node_state& node, std::vector<pool_survey_row>& rows,
               pool_survey::finisher finish) {
  auto all = std::make_shared<pool_survey>(std::move(finish), std::move(rows));
  auto asked = node.self->request(node.observers.sampler, caf::infinite, atom::sample_v,
                                  sample_need::viewer);
  all->expect<usage_sample_ptr>(asked, [](auto& sampled, usage_sample_ptr& sample) {
    for (auto& r : sampled)
      for (auto& s : r.status.replicas)
        if (auto use = sample->workers.find(s.worker.pid); use != sample->workers.end()) {
          s.worker.memory = use->second.memory;
          s.worker.cpu = use->second.cpu;
          s.worker.cpu_percent = use->second.cpu_percent;
        }
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

pool_survey::finisher with_usage(node_state& node, pool_survey::finisher finish) {
  return [&node, finish = std::move(finish)](std::vector<pool_survey_row>& rows) mutable {
    add_usage(node, rows, std::move(finish));
  };
}

} // namespace troupe::node
