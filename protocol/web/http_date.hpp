#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

/// Dates of HTTP (RFC 9110, 5.6.7), in whole seconds since 1970.
namespace troupe::web {

/// Returns `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string http_date(std::time_t time);

/// Reads a date in that form, or in one of the two that are obsolete; nothing if `text`
/// is none.
std::optional<std::time_t> read_http_date(std::string_view text);

} // namespace troupe::web
