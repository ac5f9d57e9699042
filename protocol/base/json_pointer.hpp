#pragma once

#include "protocol/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// A JSON pointer (RFC 6901), such as `/user/name`. It is taken apart once and finds its
/// value in JSON text without building a document.
class json_pointer {
public:
  /// The empty pointer: the whole value.
  json_pointer() = default;

  /// Returns the pointer that `text` spells; fails with what was expected instead.
  static result<json_pointer, std::string> parse(std::string_view text);

  /// Returns the value that it points at, as it stands in `json`, or nothing. Of members
  /// with the same key, the last one counts.
  /// @pre `json` is valid JSON text.
  std::optional<std::string_view> find(std::string_view json) const;

  /// Returns the pointer as it was spelled.
  const std::string& text() const noexcept { return text_; }

  bool operator==(const json_pointer& other) const { return text_ == other.text_; }

private:
  std::string text_;
  /// Its parts, with their escapes resolved.
  std::vector<std::string> tokens_;
};

} // namespace troupe
