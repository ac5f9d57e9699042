#include "protocol/metrics/node_metrics.hpp"

#include <array>

namespace troupe::metrics::node {

std::span<const metric_info* const> all() {
  static constexpr std::array table = {
      &info,          &draining,        &config_reloads,   &loop_busy,
      &loop_turn,     &log_lines,       &sessions,         &sessions_ended,
      &session_write, &terminals,       &terminal_output,  &terminal_input,
      &deliveries,    &follower_events, &follower_waiting, &cpu,
      &open_fds,      &max_fds,         &virtual_memory,   &resident_memory,
      &start_time,
  };
  return table;
}

} // namespace troupe::metrics::node
