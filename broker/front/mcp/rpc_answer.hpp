#pragma once

#include "protocol/base/error.hpp"

#include <string>
#include <string_view>

/// Answers to messages of MCP's clients.
namespace troupe::front::mcp {

/// Codes of JSON-RPC and of MCP.
inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int session_not_found = -32001;

/// Returns the answer with a result.
/// @param id JSON text.
/// @param result JSON text.
std::string result_message(std::string_view id, std::string_view result);

/// Returns an answer that is an error.
std::string error_message(std::string_view id, int code, std::string_view text);

/// Returns the answer of a call that failed: the server's own error as the server said
/// it, any other with its code of this node as `data`.
std::string error_message(std::string_view id, const fault& why);

/// Returns the answer to a request of a session that there is not. Its status is 404.
std::string no_session_message(std::string_view id);

/// Returns a notification.
/// @param method JSON text, as `params`, which may be empty or null: there are none.
std::string notification(std::string_view method, std::string_view params);

/// Returns a message as a server-sent event. @param id Empty for none.
std::string to_server_sent(std::string_view message, std::string_view id = {});

} // namespace troupe::front::mcp
