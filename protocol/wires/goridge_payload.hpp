#pragma once

#include "protocol/base/result.hpp"

#include <string>
#include <string_view>

/// What goridge's frames carry of a payload that is JSON.
namespace troupe::wires {

/// The kind whose payload sets context and body.
inline constexpr std::string_view raw_kind = "raw";

/// Bytes that a JSON value is sent as.
struct part {
  std::string bytes;
  /// They stand for a string, and are no JSON text.
  bool is_text = true;
};

/// Returns the bytes that a JSON value is sent as.
part to_part(std::string_view json);

/// The payload of a call, as a frame carries it.
struct call_parts {
  part context = {};
  part body = {};
};

/// Reads the two members of a `raw` call.
result<call_parts> read_raw(std::string_view payload);

/// Appends bytes of an answer as JSON: as they are if that is what they are, unless they
/// stand for text.
void append_json(std::string& out, std::string_view bytes, bool as_text);

} // namespace troupe::wires
