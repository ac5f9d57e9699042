#pragma once

#include "protocol/base/result.hpp"

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

/// Appends the one MessagePack value that `bytes` are as JSON text without line breaks.
/// If it fails, what it appended means nothing.
result<void, std::string> append_as_json(std::string& out, std::string_view bytes);

/// Appends a JSON text as MessagePack.
result<void, std::string> append_as_msgpack(std::string& out, std::string_view json);

} // namespace troupe::wires
