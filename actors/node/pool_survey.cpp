#include "actors/node/pool_survey.hpp"

#include <chrono>

namespace troupe::node {

using namespace std::chrono_literals;

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

} // namespace troupe::node
