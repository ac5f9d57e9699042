#include "actors/supervisor/restart_decision.hpp"

namespace troupe::supervisor {

end_class class_of(const fault& why) {
  switch (why.what) {
    case code::none:
    case code::shutting_down:
    case code::timeout:
    case code::cancelled:
      return end_class::asked;
    default:
      break;
  }
  auto& end = why.details.end;
  return end && end->status == exit_status{exited{0}} ? end_class::success
                                                      : end_class::failure;
}

} // namespace troupe::supervisor
