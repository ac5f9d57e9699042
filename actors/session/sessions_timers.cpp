// When SESSIONS looks at sessions that nobody uses and at the record that could not be
// written.

#include "actors/session/sessions.hpp"

#include <algorithm>

namespace troupe::session {

void sessions_state::set_timer(steady_clock::duration after) {
  auto due = self->clock().now() + after;
  if (timer_due && *timer_due <= due)
    return;
  timer_due = due;
  self->delayed_send(self, after, internal::check_sessions_v);
}

void sessions_state::check() {
  auto now = self->clock().now();
  if (!timer_due || now < *timer_due)
    return; // a timer that an earlier one stood in for
  timer_due.reset();
  save_unsaved();
  if (auto next = end_idle(); next != steady_clock::time_point::max())
    set_timer(next - now);
}

steady_clock::time_point sessions_state::end_idle() {
  auto now = self->clock().now();
  auto next = steady_clock::time_point::max();
  if (context.config.idle.count() == 0)
    return next;
  for (auto& [id, s] : all) {
    if (s.state != session_state::paused)
      continue;
    auto due = s.times.touched + context.config.idle;
    if (due > now) {
      next = std::min(next, due);
      continue;
    }
    let_go(s);
    fail(s, session_event::broke,
         {code::timeout, "nobody used the session for "
                             + std::to_string(context.config.idle.count()) + " ms"});
  }
  return next;
}

} // namespace troupe::session
