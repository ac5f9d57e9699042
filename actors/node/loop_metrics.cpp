#include "actors/node/loop_metrics.hpp"

#include <string>
#include <utility>

namespace troupe::node {

namespace {

using metrics::metric_info;
using metrics::metric_type;

constexpr metric_info busy_seconds{
    "loop_busy_seconds_total", metric_type::counter, "loop",
    "Time that an I/O loop has not spent waiting for something to do."};
constexpr metric_info turn_seconds{"loop_turn_seconds", metric_type::histogram, "loop",
                                   "How long the turns of an I/O loop take."};

} // namespace

std::vector<metrics_sources::registration>
add_loop_sources(metrics_sources& to, const std::vector<loop::event_loop*>& loops) {
  std::vector<metrics_sources::registration> all;
  for (size_t i = 0; i < loops.size(); ++i) {
    auto number = std::to_string(i);
    auto ask = [loop = loops[i], number](metrics_answer answer) {
      loop->post([loop, number, answer = std::move(answer)] {
        answer(make_metrics_snapshot(
            [number, turns = loop->load().turns()](metrics::metric_list& out) {
              out.add(busy_seconds, {number}, turns.sum());
              out.add(turn_seconds, {number}, turns);
            }));
      });
    };
    all.push_back(to.add("loop " + number, std::move(ask)));
  }
  return all;
}

} // namespace troupe::node
