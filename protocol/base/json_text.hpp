#pragma once

#include "protocol/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// JSON as text: what the hot path needs without building a document. A text is validated
/// once (json_scanner.hpp, and Boost.JSON where that is not sure); the functions after
/// that trust it and only cut.
namespace troupe::json_text {

/// Succeeds if `text` is exactly one valid JSON value (UTF-8, depth at most
/// `limits::json_depth`); fails with what is wrong and at which byte.
result<void, std::string> validate(std::string_view text);

/// The same for a caller who does not ask what is wrong.
inline bool is_valid(std::string_view text) {
  return validate(text).has_value();
}

/// Returns a copy of `text` in which each escape of half a surrogate pair is `\ufffd`, or
/// nothing if there is none. Such an escape is legal JSON (RFC 8259, 8.2), what is left
/// when a text is cut in the middle of a pair, but Boost.JSON 1.81 takes it for an error.
std::optional<std::string> without_lone_surrogates(std::string_view text);

/// A member of an object, both as they stand in the text: the key without its quotes.
struct member {
  std::string_view key;
  std::string_view value;
};

/// Walks the top-level members of a valid JSON object.
class member_reader {
public:
  /// @pre `object` is a valid JSON object; surrounding white space is fine.
  explicit member_reader(std::string_view object);

  /// Returns the next member, in the order of the text, or nothing after the last.
  std::optional<member> next();

private:
  const char* pos_;
  const char* end_;
};

/// Returns what the key of a member spells, with its escapes resolved.
/// @param buffer Holds the result where there are any.
std::string_view plain_key(std::string_view key, std::string& buffer);

/// Walks the elements of a valid JSON array.
class element_reader {
public:
  /// @pre `array` is a valid JSON array; surrounding white space is fine.
  explicit element_reader(std::string_view array);

  /// Returns the next element, or nothing after the last.
  std::optional<std::string_view> next();

private:
  const char* pos_;
  const char* end_;
};

/// Returns the value of the last top-level member `key` of a valid JSON object.
std::optional<std::string_view> find(std::string_view object, std::string_view key);

/// Returns the type of a valid JSON value by its first byte.
inline bool is_object(std::string_view value) {
  return !value.empty() && value.front() == '{';
}
inline bool is_array(std::string_view value) {
  return !value.empty() && value.front() == '[';
}
inline bool is_string(std::string_view value) {
  return !value.empty() && value.front() == '"';
}
inline bool is_null(std::string_view value) {
  return value == "null";
}

/// Returns the text between the quotes of a JSON string, escapes untouched.
/// @pre `is_string(value)`.
inline std::string_view body(std::string_view value) {
  return value.substr(1, value.size() - 2);
}

/// Resolves the escapes of a JSON string's body. Unpaired surrogates become U+FFFD.
std::string unescape(std::string_view body);

/// Returns a JSON string value as text, or nothing if `value` is none.
std::optional<std::string> as_text(std::string_view value);

/// Returns a JSON number that is a whole number in the range of int64_t (a fraction of
/// zero is allowed, as in `1e3` or `5.0`), or nothing.
std::optional<int64_t> as_integer(std::string_view value);

/// Returns a JSON `true` or `false`, or nothing.
std::optional<bool> as_bool(std::string_view value);

/// Appends valid JSON text as part of a line: a line break in it can only be white space
/// between tokens, and becomes a space.
void append_on_one_line(std::string& out, std::string_view json);

/// Puts blanks in place of all line ends behind the first `begin` bytes of `text`, which
/// are JSON: between its tokens they mean nothing, and within them there are none.
void join_lines(std::string& text, size_t begin);

/// Returns whether a member is missing or null. @param value Empty if it is missing.
inline bool is_absent(std::string_view value) {
  return value.empty() || is_null(value);
}

/// Cuts white space from both ends.
std::string_view trim(std::string_view text);

/// Returns the members of an object without its braces. @pre `is_object(object)`
inline std::string_view members_in(std::string_view object) {
  return trim(object.substr(1, object.size() - 2));
}

} // namespace troupe::json_text

namespace troupe {

/// Appends `text` to `out` as a JSON string with its quotes. Bytes that are not UTF-8
/// become U+FFFD, so that the result is always valid.
void append_quoted(std::string& out, std::string_view text);

/// Returns `text` as a JSON string with its quotes.
std::string json_string(std::string_view text);

} // namespace troupe
