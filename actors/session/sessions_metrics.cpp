#include "actors/session/sessions.hpp"

#include "protocol/metrics/node_metrics.hpp"

/// What SESSIONS tells METRICS.
namespace troupe::session {

namespace {

constexpr size_t states = static_cast<size_t>(session_state::count_);

} // namespace

metrics_snapshot_ptr sessions_state::measure() const {
  numbers_by_state now{};
  for (auto& [id, s] : all)
    ++now[static_cast<size_t>(s.state)];
  return make_metrics_snapshot([now, told = counts](metrics::metric_list& out) {
    for (size_t i = 0; i < states; ++i) {
      auto state = session_state{static_cast<uint8_t>(i)};
      out.add(metrics::node::sessions, {to_string(state)}, now[i]);
      if (is_end(state))
        out.add(metrics::node::sessions_ended, {to_string(state)}, told.ended[i]);
    }
    out.add(metrics::node::session_write, {}, told.writes);
  });
}

} // namespace troupe::session
