#pragma once

#include <optional>
#include <string>
#include <string_view>

/// How bytes of any kind stand in JSON: text as a string, anything else as
/// `{"$base64":"…"}`.
namespace troupe {

/// Appends `bytes` as standard base64 with padding.
void append_base64(std::string& out, std::string_view bytes);

/// As `append_base64`, alone.
inline std::string to_base64(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

/// Returns the bytes of standard base64 with padding, or nothing if `text` is none.
std::optional<std::string> from_base64(std::string_view text);

/// Returns the bytes that a valid JSON value of the form `{"$base64":"…"}` stands for, or
/// nothing if it is of another form.
std::optional<std::string> as_base64_object(std::string_view json);

/// Appends `bytes` as a JSON string, or as `{"$base64":"…"}` where they are no text.
void append_bytes_as_json(std::string& out, std::string_view bytes);

} // namespace troupe
