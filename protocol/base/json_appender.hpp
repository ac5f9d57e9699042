#pragma once

#include "protocol/base/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace troupe {

/// A text that is known when the program is compiled: a key, or the value of a member.
/// @pre It needs no escapes.
template <size_t N>
struct json_constant {
  consteval json_constant(const char (&constant)[N]) {
    std::copy_n(constant, N - 1, text.begin());
  }

  std::array<char, N - 1> text{};
};

/// The writer of the hot path: appends one object to a text, with the keys as constants:
/// `json_object_appender{out}.add<"window">(4).end()`. All that is known of a member when
/// the program is compiled is appended at one go. `json_object_writer` is for everything
/// else.
class json_object_appender {
public:
  /// @param out Must outlive the writer, and is appended to by nobody else until `end`.
  explicit json_object_appender(std::string& out)
    : out_(out) {}

  /// Adds a member whose value is the string `text`.
  template <json_constant Key>
  json_object_appender& add(std::string_view text) {
    begin<Key, ":">();
    append_quoted(out_, text);
    return *this;
  }

  /// Adds a member whose value is a number.
  template <json_constant Key, std::integral T>
  requires(!std::same_as<T, bool>) json_object_appender& add(T number) {
    begin<Key, ":">();
    char digits[24];
    auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out_.append(digits, end);
    return *this;
  }

  /// Adds a member whose value is JSON text already.
  template <json_constant Key>
  json_object_appender& add_json(std::string_view json) {
    begin<Key, ":">();
    out_ += json;
    return *this;
  }

  /// Adds a member that is always the same: its value is the JSON text `Value`.
  template <json_constant Key, json_constant Value>
  json_object_appender& add_constant() {
    begin<Key, ":", Value>();
    return *this;
  }

  /// Adds a member whose value is a string, given as the text between its quotes, with
  /// its escapes.
  template <json_constant Key>
  json_object_appender& add_escaped(std::string_view body) {
    begin<Key, ":\"">();
    out_ += body;
    out_ += '"';
    return *this;
  }

  /// Adds a member whose value `append(std::string&)` appends as JSON text.
  template <json_constant Key, class Append>
  json_object_appender& add_with(Append&& append) {
    begin<Key, ":">();
    append(out_);
    return *this;
  }

  /// Ends the object.
  void end() { out_ += empty_ ? "{}" : "}"; }

  /// Ends the object and the line that it is.
  void end_line() { out_ += empty_ ? "{}\n" : "}\n"; }

private:
  /// The text before a value, with `Separator` before the key.
  template <char Separator, json_constant Key, json_constant... Rest>
  static constexpr auto opening = [] {
    std::array<char, 3 + Key.text.size() + (Rest.text.size() + ... + 0)> all{};
    auto end = all.begin();
    auto put = [&](const auto& text) { end = std::copy(text.begin(), text.end(), end); };
    put(std::array{Separator, '"'});
    put(Key.text);
    put(std::array{'"'});
    (put(Rest.text), ...);
    return all;
  }();

  template <json_constant Key, json_constant... Rest>
  void begin() {
    auto& text = empty_ ? opening<'{', Key, Rest...> : opening<',', Key, Rest...>;
    out_.append(text.data(), text.size());
    empty_ = false;
  }

  std::string& out_;
  bool empty_ = true;
};

} // namespace troupe
