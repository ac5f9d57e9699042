#pragma once

#include "protocol/wires/wire.hpp"

#include <string_view>

namespace troupe::wires {

/// Reads a payload for the log: a string, which may have a priority in front of it, or
/// `{"level","message"}`. What has more or less than that is shown as it came.
frame::log_line read_log_payload(std::string_view payload);

} // namespace troupe::wires
