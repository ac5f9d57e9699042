#pragma once

#include "actors/os/exit_status.hpp"
#include "protocol/base/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe {

/// Returns the reason of a process that ended by itself.
end_reason reason_for(const os::exit_status& status);

/// Returns the reason that a worker's last fault carries; nothing if no process ended: it
/// could not be started, or lives on.
inline std::optional<end_reason> reason_in(const fault& end) {
  return end.details.end ? std::optional{end.details.end->reason} : std::nullopt;
}

/// Returns the line of the log for the end of a worker.
/// @param worker Its name, e.g. `echo.0`.
/// @param end Its last fault: with the reason, the pid and the end of its stderr.
std::string describe_end(std::string_view worker, const fault& end);

} // namespace troupe
