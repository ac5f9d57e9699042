#include "actors/supervisor/restart_decision.hpp"

namespace troupe::supervisor {

end_class class_of(const fault& why) {
  auto& end = why.details.end;
  if (!end) // no process has ended
    return why.what == code::none || why.what == code::shutting_down ? end_class::asked
                                                                     : end_class::failure;
  // `timeout` is also the reason of one that was not ready in time.
  auto of_call =
      end->reason == end_reason::cancelled
      || (end->reason == end_reason::timeout && why.what != code::boot_timeout);
  if (of_call || is_planned(end->reason))
    return end_class::asked;
  return end->status == exit_status{exited{0}} ? end_class::success : end_class::failure;
}

} // namespace troupe::supervisor
