#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace troupe::client {

/// Returns the path and query of the GET route that answers the call `kind` to `to` with
/// this payload as it is, or nothing where there is none. A client whose key may only
/// look asks there.
std::optional<std::string> view_target(std::string_view to, std::string_view kind,
                                       std::string_view payload);

} // namespace troupe::client
