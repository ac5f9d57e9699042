#include "broker/serve/line_counter.hpp"

#include "protocol/metrics/node_metrics.hpp"

#include <string_view>
#include <utility>

namespace troupe::serve {

namespace {

/// The levels of the node's log, by the words of the configuration.
constexpr std::array<std::pair<std::string_view, spdlog::level::level_enum>, 6> levels = {
    {{"trace", spdlog::level::trace},
     {"debug", spdlog::level::debug},
     {"info", spdlog::level::info},
     {"warn", spdlog::level::warn},
     {"error", spdlog::level::err},
     {"critical", spdlog::level::critical}}};

} // namespace

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
      for (auto& [word, level] : levels)
        out.add(metrics::node::log_lines, {word}, lines->lines(level));
    }));
  });
}

} // namespace troupe::serve
