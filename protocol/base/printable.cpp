#include "protocol/base/printable.hpp"

#include "protocol/base/payload_bytes.hpp"
#include "protocol/base/utf8.hpp"

#include <cstdint>

namespace troupe {

namespace {

/// The character at the start of a text.
struct character {
  uint32_t point = 0;
  /// 0: the first byte belongs to none.
  size_t length = 0;
};

character first_character(std::string_view text) {
  auto n = utf8_length(text);
  if (n == 0)
    return {static_cast<uint8_t>(text.front()), 0};
  return {utf8_point(text.substr(0, n)), n};
}

/// Whether `c` steers a terminal, ends a line or changes the order of its neighbours.
bool is_steering(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0)          // C0, DEL, C1
         || c == 0x061C || c == 0x200E || c == 0x200F // marks of direction
         || (c >= 0x2028 && c <= 0x202E)              // separators, embeddings, overrides
         || (c >= 0x2066 && c <= 0x2069);             // isolates
}

/// Nearly all text is plain ASCII: it is found so without decoding.
bool is_plain(char c) {
  auto byte = static_cast<uint8_t>(c);
  return byte >= 0x20 && byte < 0x7F;
}

void append_hex(std::string& out, uint32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
    out += "0123456789abcdef"[value >> shift & 0xF];
}

void append_byte(std::string& out, uint32_t byte) {
  out += "\\x";
  append_hex(out, byte, 2);
}

void append_point(std::string& out, uint32_t point) {
  out += "\\u";
  append_hex(out, point, 4); // all that steer are below U+10000
}

void append_escape(std::string& out, uint32_t c) {
  if (c == '\n')
    out += "\\n";
  else if (c == '\r')
    out += "\\r";
  else if (c == '\t')
    out += "\\t";
  else if (c < 0x80)
    append_byte(out, c);
  else
    append_point(out, c);
}

} // namespace

std::string printable(std::string_view text, tabs t) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain]))
      ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty())
      break;
    auto [point, length] = first_character(text);
    if (length == 0)
      append_byte(out, static_cast<uint8_t>(text.front()));
    else if (is_steering(point) && !(point == '\t' && t == tabs::keep))
      append_escape(out, point);
    else
      out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string printable_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  while (!json.empty()) {
    auto [point, length] = first_character(json);
    // Characters below a space stand between the tokens: valid JSON has none in a
    // string.
    if (length == 0)
      out += "\\ufffd";
    else if (point > ' ' && is_steering(point))
      append_point(out, point);
    else
      out += json.substr(0, length);
    json.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string counted(uint64_t number, std::string_view noun) {
  return std::to_string(number) + ' ' + std::string{noun} + (number == 1 ? "" : "s");
}

} // namespace troupe
