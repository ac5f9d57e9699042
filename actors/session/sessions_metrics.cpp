#include "actors/session/sessions.hpp"

/// What SESSIONS tells METRICS.
namespace troupe::session {

namespace {

using metrics::metric_info;
using metrics::metric_type;

constexpr metric_info sessions{"sessions", metric_type::gauge, "state",
                               "Sessions on record, by their present state."};
constexpr metric_info sessions_ended{
    "sessions_ended_total", metric_type::counter, "state",
    "Sessions that have ended since the node began, by how they ended."};
constexpr metric_info session_writes{
    "session_write_seconds", metric_type::histogram, "",
    "How long it took to put a change of a session on record."};

constexpr size_t states = static_cast<size_t>(session_state::count_);

} // namespace

metrics_snapshot_ptr sessions_state::measure() const {
  numbers_by_state now{};
  for (auto& [id, s] : all)
    ++now[static_cast<size_t>(s.state)];
  return make_metrics_snapshot([now, told = counts](metrics::metric_list& out) {
    for (size_t i = 0; i < states; ++i) {
      auto state = session_state{static_cast<uint8_t>(i)};
      out.add(sessions, {to_string(state)}, now[i]);
      if (is_end(state))
        out.add(sessions_ended, {to_string(state)}, told.ended[i]);
    }
    out.add(session_writes, {}, told.writes);
  });
}

} // namespace troupe::session
