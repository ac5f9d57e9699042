#include "actors/worker/reading_gate.hpp"

#include <utility>

namespace troupe::worker {

void reading_gate::apply(os::child& child, bool output_waits, bool log_waits) {
  auto open = !output_waits && !owes_answers_;
  if (auto on = open && !client_is_behind_; on != std::exchange(reads_output_, on))
    child.read_output(on);
  if (open != std::exchange(reads_control_, open))
    child.read_control(open);
  if (auto on = !log_waits; on != std::exchange(reads_log_, on))
    child.read_log(on);
}

} // namespace troupe::worker
