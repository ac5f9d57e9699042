#pragma once

#include "protocol/base/error.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// The messages of JSON-RPC 2.0.
namespace troupe::wires::jsonrpc_message {

/// The highest number of a request: some servers keep them in 32 bits with a sign.
inline constexpr uint32_t most_number = INT32_MAX;

/// A message that was cut into its members, which are JSON text; those that are absent
/// are empty.
struct message {
  /// Keeps the bytes below alive.
  shared_bytes text;
  std::string_view id;
  std::string_view method;
  std::string_view params;
  std::string_view result;
  std::string_view error;
};

/// Cuts an object.
/// @param text Where it stands in.
message cut(const shared_bytes& text, std::string_view object);

/// Opens a message.
json_object_writer open();

/// Returns the error object of a request whose method is not known.
std::string no_such_method();

/// Returns the fault of an error object. Its code is passed on as text.
fault to_fault(std::string_view error);

/// Returns the id of a server's request as the body of a JSON string.
std::string to_request_id(std::string_view id);

/// Returns the id that `to_request_id` was given.
std::string to_id(std::string_view request_id);

/// Returns the number that an id or a token is, or 0 if it is none of ours.
/// @param value JSON text; may be empty.
uint32_t to_number(std::string_view value);

} // namespace troupe::wires::jsonrpc_message
