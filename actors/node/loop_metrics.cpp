#include "actors/node/loop_metrics.hpp"

#include "protocol/metrics/node_metrics.hpp"

#include <string>
#include <utility>

namespace troupe::node {

std::vector<metrics_sources::registration>
add_loop_sources(metrics_sources& to, const std::vector<loop::event_loop*>& loops) {
  std::vector<metrics_sources::registration> all;
  for (size_t i = 0; i < loops.size(); ++i) {
    auto number = std::to_string(i);
    auto ask = [loop = loops[i], number](metrics_answer answer) {
      loop->post([loop, number, answer = std::move(answer)] {
        answer(make_metrics_snapshot(
            [number, turns = loop->load().turns()](metrics::metric_list& out) {
              out.add(metrics::node::loop_busy, {number}, turns.sum());
              out.add(metrics::node::loop_turn, {number}, turns);
            }));
      });
    };
    all.push_back(to.add("loop " + number, std::move(ask)));
  }
  return all;
}

} // namespace troupe::node
