#include "broker/serve/line_counter.hpp"

#include "actors/interfaces/log_level.hpp"
#include "protocol/metrics/node_metrics.hpp"

namespace troupe::serve {

std::shared_ptr<line_counter> line_counter::watch(spdlog::logger& log) {
  auto counter = std::make_shared<line_counter>();
  log.sinks().push_back(counter);
  return counter;
}

void line_counter::log(const spdlog::details::log_msg& m) {
  counts_[static_cast<size_t>(m.level)].add();
}

metrics_sources::registration
add_log_source(metrics_sources& to, const std::shared_ptr<const line_counter>& lines) {
  return to.add("log", [lines](const metrics_answer& answer) {
    answer(make_metrics_snapshot([lines](metrics::metric_list& out) {
      for (int i = spdlog::level::trace; i < spdlog::level::off; ++i) {
        auto level = static_cast<spdlog::level::level_enum>(i);
        out.add(metrics::node::log_lines, {word_for(level)}, lines->lines(level));
      }
    }));
  });
}

} // namespace troupe::serve
