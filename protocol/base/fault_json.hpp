#pragma once

#include "protocol/base/error.hpp"

#include <string>

/// Writes faults and ends of workers as JSON, where they leave the node.
namespace troupe {

/// Returns `f` as the JSON members `"code":…,"message":…,"retryable":…[,details]`,
/// without braces, so that a front can put its own members beside them.
std::string to_json_members(const fault& f);

/// Returns `f` as one JSON object.
std::string to_json(const fault& f);

/// Returns the members that stand behind code, message and `retryable`; empty for none.
std::string to_json_members(const fault_details& details);

/// Returns the members of an end: `"reason":"crash","exit_code":3`.
std::string to_json_members(const worker_end& end);

/// Returns `"exit_code":3` or `"signal":9,"signal_name":"SIGKILL"` or
/// `"disconnected":true` or `"exit_code":null`.
std::string to_json_members(const exit_status& status);

} // namespace troupe
