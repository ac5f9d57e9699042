#include "actors/node/pool_survey.hpp"

#include "actors/interfaces/fan_in.hpp"
#include "actors/interfaces/sampler_actor.hpp"

#include <chrono>

namespace troupe::node {

using namespace std::chrono_literals;

namespace {

using gathering = fan_in<survey_rows>;

/// Adds what all workers in `rows` use, as SAMPLER knows it, by one question.
void add_usage(node_state& node, survey_rows& rows, survey_finisher finish) {
  auto all = std::make_shared<gathering>(std::move(finish), std::move(rows));
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

/// Whom a survey asks of a pool, which may be removed meanwhile.
struct asked_pool {
  pool_context_ptr context;
  broker_actor broker;
  supervisor_actor supervisor;

  explicit asked_pool(const pool_entry& entry)
    : context(entry.context)
    , broker(entry.broker)
    , supervisor(entry.supervisor) {}
};

void ask(node_state& node, const std::vector<asked_pool>& pools, survey_need need,
         survey_finisher finish) {
  auto go_on = [&node, need, finish = std::move(finish)](survey_rows& rows) {
    if (need == survey_need::usage)
      add_usage(node, rows, finish);
    else
      finish(rows);
  };
  auto all = std::make_shared<gathering>(std::move(go_on));
  for (auto& p : pools) {
    auto i = all->gathered().size();
    all->gathered().push_back({p.context, {}, {}});
    all->expect<queue_status>(node.self->request(p.broker, 2s, atom::status_v),
                              [i](auto& rows, auto& s) { rows[i].queue = std::move(s); });
    all->expect<pool_status>(node.self->request(p.supervisor, 2s, atom::status_v),
                             [i](auto& rows, auto& s) { rows[i].status = std::move(s); });
  }
  all->close();
}

} // namespace

void survey(node_state& node, const pool_entry& pool, survey_need need,
            survey_finisher finish) {
  node.observers.surveys.ask(
      {pool.context.get(), need}, std::move(finish),
      [&node, need, asked = asked_pool{pool}](survey_finisher told) {
        ask(node, {asked}, need, std::move(told));
      });
}

void survey_all(node_state& node, survey_need need, survey_finisher finish) {
  auto begin = [&node, need](survey_finisher told) {
    std::vector<asked_pool> all;
    for (auto& [name, entry] : node.pools)
      if (!entry.removing)
        all.emplace_back(entry);
    ask(node, all, need, std::move(told));
  };
  node.observers.surveys.ask({nullptr, need}, std::move(finish), std::move(begin));
}

} // namespace troupe::node
