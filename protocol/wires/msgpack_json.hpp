#pragma once

#include <optional>
#include <string>
#include <string_view>

/// MessagePack and JSON, each as the other. What JSON has no form for:
///
/// | MessagePack | JSON |
/// | --- | --- |
/// | bytes that are no UTF-8 | `{"$base64":"…"}`, both ways |
/// | a map's key that is no string | its JSON text as a string: `"5"`, `"null"` |
/// | an extension | `{"$ext":TYPE,"$base64":"…"}` |
/// | a number that is none (NaN), infinity | `null` |
namespace troupe::wires {

/// Appends the one MessagePack value that `bytes` are as JSON text without line breaks;
/// returns what is wrong with them, or nothing. What it appended then means nothing.
std::optional<std::string> append_as_json(std::string& out, std::string_view bytes);

/// Appends a JSON text as MessagePack; returns why it is none, or nothing.
std::optional<std::string> append_as_msgpack(std::string& out, std::string_view json);

} // namespace troupe::wires
