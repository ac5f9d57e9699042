#pragma once

#include <ostream>
#include <string>
#include <string_view>

namespace program {

/// A JSON text that a test looks into by paths: `r["error.code"]`, `r["workers.0.pid"]`.
struct reply {
  std::string text;

  /// Returns what stands at `path`: a string's characters, the JSON text of anything
  /// else, nothing where there is no such member. Member names with dots are out of
  /// reach.
  std::string operator[](std::string_view path) const;

  /// Returns the whole number at `path`, or -1 where there is none.
  int64_t number(std::string_view path) const;

  /// Returns the number of elements of the array at `path`; 0 where there is none.
  size_t count(std::string_view path) const;

  /// Returns whether this is JSON at all.
  bool is_json() const;
};

inline std::ostream& operator<<(std::ostream& out, const reply& r) {
  return out << r.text;
}

} // namespace program
