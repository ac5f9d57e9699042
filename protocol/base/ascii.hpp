#pragma once

namespace troupe {

/// Returns whether `c` is one of 0 to 9, whatever the locale is.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Returns whether JSON has `c` between its values.
constexpr bool is_json_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Returns where the JSON space at `p` ends.
constexpr const char* skip_json_space(const char* p, const char* end) {
  while (p < end && is_json_space(*p))
    ++p;
  return p;
}

} // namespace troupe
