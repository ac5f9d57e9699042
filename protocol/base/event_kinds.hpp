#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The kinds of events that a node publishes.
namespace troupe {

/// Returns whether events of this kind are published; `gap` stands for those that were
/// forgotten.
bool is_event_kind(std::string_view kind);

/// Returns why nothing of kind `kind` will ever come, with the kinds that do; nothing for
/// one of those.
std::optional<std::string> check_event_kind(std::string_view kind);

} // namespace troupe
