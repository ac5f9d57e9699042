#pragma once

#include "protocol/base/call.hpp"
#include "protocol/base/error.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// Sessions that have a server of their own: a copy of the front's pool. The id of such a
/// session names the copy and the node where that is, so any node finds it.
namespace troupe::front::mcp {

/// Returns the call to the node that starts the server of a session.
/// @param pool That of the front, as a call names it.
/// @param number As `session_ids::make` returns it.
/// @param params Of the client's `initialize`, as JSON text.
call to_begin_server(std::string_view pool, std::string_view number,
                     std::chrono::milliseconds idle, std::string_view params);

/// Returns the call to the node that ends it. @param server As `server_of` returns it.
call to_end_server(std::string_view server);

/// Returns the id of the session whose server was started.
/// @param started The answer to `to_begin_server`.
std::string id_of(std::string_view number, std::string_view started);

/// The parts of the id of a session.
struct own_session {
  /// As `session_ids::make` has returned it.
  std::string_view number;
  std::string_view node;

  /// Nothing if `id` has no such parts.
  static std::optional<own_session> parse(std::string_view id);
};

/// Returns its server, as a call names it. @param pool That of the front.
std::string server_of(std::string_view pool, const own_session& session);

/// Returns whether a call that failed so tells that the server has ended.
bool tells_of_end(const fault& why);

} // namespace troupe::front::mcp
