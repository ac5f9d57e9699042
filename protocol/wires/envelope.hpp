#pragma once

#include "protocol/base/call.hpp"
#include "protocol/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe::wires {

/// One line of the JSON-lines protocols, cut into its members. All members are JSON text
/// as it stands in the line and absent ones are empty; strings are with their quotes.
struct envelope {
  /// Keeps the bytes below alive.
  shared_bytes line;
  std::string_view kind;
  std::string_view request_id;
  std::string_view payload;
  std::string_view error;
  // Members of a call from a client.
  std::string_view to;
  std::string_view timeout_ms;
  std::string_view idempotent;
  std::string_view priority;
  std::string_view key;
  std::string_view stream;
  std::string_view traceparent;
  std::string_view tracestate;
};

/// Checks `line` and cuts it; members it does not know are ignored and of one that stands
/// twice the last counts. Fails where `line` is not a JSON object.
result<envelope, std::string> cut_envelope(const shared_bytes& line);

/// The request in one line of a client.
struct client_request {
  /// The body of the JSON string, escapes untouched: it goes back as it came.
  shared_bytes request_id;
  /// Whether `request_id` is there at all.
  bool has_id = false;
  /// A `cancel` of the call `request_id`; `to` and `what` are empty then.
  bool cancel = false;
  std::string to;
  call what;
};

/// A line of a client that is no request, with its id if that much could be read.
struct bad_request {
  shared_bytes request_id;
  bool has_id = false;
  fault why;
};

/// Reads one line of a client (contract: the client's unix socket).
/// @param now Becomes the moment the call was taken.
result<client_request, bad_request> parse_client_line(const shared_bytes& line,
                                                      steady_clock::time_point now);

/// Sets the optional members of a call from their JSON text (or the text of a URL's
/// query). The reason of a failure names the member.
result<void, std::string> set_timeout(call& c, std::string_view text);
result<void, std::string> set_priority(call& c, std::string_view text);

/// Returns the trace that a line gives, or null: what is no string is as absent.
trace_context_ptr read_trace(const envelope& e);

/// Appends the line that answers a client's call (with its `\n`).
/// @param id The body of the caller's `request_id`; nothing writes null.
void append_answer(std::string& out, std::optional<std::string_view> id,
                   std::string_view kind, const call_result& result);

/// Appends one `chunk` line of a streamed result.
void append_chunk(std::string& out, std::optional<std::string_view> id,
                  std::string_view payload);

} // namespace troupe::wires
