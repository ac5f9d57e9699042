#pragma once

#include "protocol/base/error.hpp"
#include "protocol/base/json_text.hpp"

#include <string>

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

/// Returns whether that member is true; `otherwise` where it is absent or null. Fails if
/// it is neither true nor false: what was meant is not known then.
inline result<bool> flag_member(std::string_view value, std::string_view key,
                                bool otherwise = false) {
  auto found = find_member(value, key);
  if (!found || is_absent(*found))
    return otherwise;
  auto flag = as_bool(*found);
  if (!flag)
    return failure(malformed(std::string{key} + ": expected true or false"));
  return *flag;
}

} // namespace troupe::json_text
