#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The name under which a server of MCP reports how far a request is: `progressToken` in
/// `_meta` of its params. The caller's own would be taken for that of another call.
namespace troupe::wires::progress_token {

/// Returns the token in the params of a request, as JSON text; empty for none.
/// @param params Valid JSON.
std::string_view find(std::string_view params);

/// Returns params that say the same with the token `token`, or without one.
/// @param params Valid JSON without white space around it. If they are no object, or
/// their `_meta` is none, there is no place for a token, and they come back as they are.
std::string with(std::string_view params, std::optional<uint32_t> token);

/// Returns the params of a report with the token `token`, which is JSON text.
std::string report_with(std::string_view params, std::string_view token);

} // namespace troupe::wires::progress_token
