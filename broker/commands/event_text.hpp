#pragma once

#include <string>
#include <string_view>

namespace troupe::commands {

/// Returns an event as a line for a person: `time kind key=value…`. A value is JSON, but
/// a string that cannot be mistaken stands without its quotes.
/// @param event A valid JSON object.
std::string event_text(std::string_view event);

} // namespace troupe::commands
