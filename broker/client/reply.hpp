#pragma once

#include "protocol/base/call.hpp"
#include "protocol/base/result.hpp"

#include <string>
#include <string_view>

namespace troupe::client {

/// Returns the fault that an error object of the wire spells. Members other than its code
/// and message are relayed as they came. A code this program does not know, as a newer
/// node may have, becomes `internal` and stands in the message.
/// @param text Valid JSON.
fault fault_of(std::string_view text);

/// One line of a node about a call.
struct reply {
  /// The body of a JSON string; empty where there is none.
  std::string request_id;
  /// Whether this is but a part of a streamed result; `result` holds its payload then.
  bool is_chunk = false;
  call_result result;
};

/// Reads a line of a node.
/// @param streamed Whether parts were asked for: else no line is one.
result<reply> read_reply(const shared_bytes& line, bool streamed);

} // namespace troupe::client
