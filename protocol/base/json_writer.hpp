#pragma once

#include "protocol/base/ids.hpp"

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

/// Writes JSON as text, member by member: the one place where quotes and commas are put.
namespace troupe {

/// Writes the members of an object in the order of the calls.
class json_object_writer {
public:
  /// Adds a member whose value is the string `text`.
  json_object_writer& add(std::string_view key, std::string_view text);
  json_object_writer& add(std::string_view key, const char* text) {
    return add(key, std::string_view{text});
  }
  json_object_writer& add(std::string_view key, std::nullptr_t) {
    return add_json(key, "null");
  }
  template <std::integral T>
  json_object_writer& add(std::string_view key, T value) {
    if constexpr (std::same_as<T, bool>)
      return add_json(key, value ? "true" : "false");
    else
      return add_json(key, std::to_string(value));
  }

  template <class Kind>
  json_object_writer& add(std::string_view key, strong_id<Kind> number) {
    return add(key, uint64_t{number});
  }

  /// Adds a member whose value is JSON text already.
  json_object_writer& add_json(std::string_view key, std::string_view json);

  /// The same for a key as it stands in another JSON text, with its escapes.
  json_object_writer& add_spelled(std::string_view key, std::string_view json);

  /// Adds a member whose value is a string, given as the text between its quotes, with
  /// its escapes.
  json_object_writer& add_escaped(std::string_view key, std::string_view body);

  /// Adds members that were written before; there may be none.
  json_object_writer& append(std::string_view members);
  json_object_writer& append(const json_object_writer& other) {
    return append(std::string_view{other.out_}.substr(1));
  }

  bool empty() const noexcept { return out_.size() == 1; }

  /// Returns the members without braces, for an object that has others beside them. The
  /// writer must not be used any more.
  std::string members() { return std::move(out_.erase(0, 1)); }

  /// Returns the object. The writer must not be used any more.
  std::string object() { return std::move(out_ += '}'); }

private:
  void begin(std::string_view key);
  void separate() {
    if (out_.size() > 1)
      out_ += ',';
  }

  std::string out_ = "{";
};

/// Writes the elements of an array in the order of the calls.
class json_array_writer {
public:
  json_array_writer& add(std::string_view text);
  /// Adds an element that is JSON text already.
  json_array_writer& add_json(std::string_view json);
  /// Adds a string, given as the text between its quotes, with its escapes.
  json_array_writer& add_escaped(std::string_view body);

  /// Returns how long the array is by now, in bytes.
  size_t size() const noexcept { return out_.size() + 1; }

  /// Returns the array. The writer must not be used any more.
  std::string array() { return std::move(out_ += ']'); }

private:
  void separate() {
    if (out_.size() > 1)
      out_ += ',';
  }

  std::string out_ = "[";
};

/// Returns `texts` as an array of strings.
template <class Range>
std::string to_json_array(const Range& texts) {
  json_array_writer out;
  for (auto& text : texts)
    out.add(text);
  return out.array();
}

} // namespace troupe
