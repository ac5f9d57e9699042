#pragma once

#include "protocol/wires/jsonrpc_message.hpp"

#include <string>
#include <string_view>

/// The form of messages of JSON-RPC 2.0, as MCP narrows it down.
namespace troupe::front::mcp {

/// Whether `id` is one of a request: a string or a whole number. MCP allows no null.
/// @param id JSON text; empty if it is absent.
bool is_id(std::string_view id);

/// Returns which member of a message is wrong, and what was expected; empty if none is.
/// @param object The message.
/// @param m The same, cut into its members.
std::string mistake_in_message(std::string_view object,
                               const wires::jsonrpc_message::message& m);

} // namespace troupe::front::mcp
