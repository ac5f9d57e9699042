#pragma once

#include "protocol/base/result.hpp"

#include <string>
#include <string_view>

/// The kinds of events that a node publishes.
namespace troupe {

/// Returns whether events of this kind are published; `gap` stands for those that were
/// forgotten.
bool is_event_kind(std::string_view kind);

/// Succeeds as `is_event_kind`; fails with a message that names the kinds there are.
result<void, std::string> validate_event_kind(std::string_view kind);

} // namespace troupe
