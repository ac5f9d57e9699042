#pragma once

#include <cstdint>
#include <string>

/// A line that the node sent, cut by the form in which nodes write them: a puppet is no
/// example of how to read JSON.
struct call_line {
  std::string kind;
  /// As JSON: with its quotes, or `null`.
  std::string id;
  std::string payload;
  int64_t deadline_ms = 0;

  explicit call_line(const std::string& line);

  /// Returns the whole number at `key` of the payload, or `otherwise`.
  int64_t number(const std::string& key, int64_t otherwise = 0) const;
  bool has(const std::string& key) const;
};
