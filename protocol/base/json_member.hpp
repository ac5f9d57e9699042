#pragma once

#include "protocol/base/json_text.hpp"

namespace troupe::json_text {

/// Returns the value of the member `key` of a valid JSON value; nothing where it has
/// none, or is no object at all.
inline std::optional<std::string_view> find_member(std::string_view value,
                                                   std::string_view key) {
  return is_object(value) ? find(value, key) : std::nullopt;
}

/// Returns that member as text, or nothing if it is no string.
inline std::optional<std::string> text_member(std::string_view value,
                                              std::string_view key) {
  auto found = find_member(value, key);
  return found ? as_text(*found) : std::nullopt;
}

} // namespace troupe::json_text
