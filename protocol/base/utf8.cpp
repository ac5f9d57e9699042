#include "protocol/base/utf8.hpp"

#include <cstdint>

namespace troupe {

namespace {

/// Returns the length that a sequence has by its first byte, or 0 if none begins so.
size_t length_by_first(uint8_t first) {
  return first < 0x80                   ? 1U
         : first < 0xC2 || first > 0xF4 ? 0U
         : first < 0xE0                 ? 2U
         : first < 0xF0                 ? 3U
                                        : 4U;
}

/// Returns whether `second` may follow `first`, which begins a sequence of several bytes.
bool may_follow(uint8_t first, uint8_t second) {
  switch (first) {
    case 0xE0: // shorter forms
      return second >= 0xA0 && second < 0xC0;
    case 0xED: // surrogates
      return second >= 0x80 && second < 0xA0;
    case 0xF0: // shorter forms
      return second >= 0x90 && second < 0xC0;
    case 0xF4: // above U+10FFFF
      return second >= 0x80 && second < 0x90;
    default:
      return is_utf8_continuation(static_cast<char>(second));
  }
}

} // namespace

size_t begun_utf8_length(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  auto length = length_by_first(byte(0));
  if (length > 1 && text.size() > 1 && !may_follow(byte(0), byte(1)))
    return 0;
  for (size_t i = 2; i < length && i < text.size(); ++i)
    if (!is_utf8_continuation(text[i]))
      return 0;
  return length;
}

size_t utf8_length(std::string_view text) {
  auto length = begun_utf8_length(text);
  return length <= text.size() ? length : 0;
}

char32_t utf8_point(std::string_view sequence) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(sequence[i]); };
  if (sequence.size() == 1)
    return byte(0);
  // The first byte has as many leading ones as there are bytes, and a zero.
  char32_t point = byte(0) & (0x7FU >> sequence.size());
  for (size_t i = 1; i < sequence.size(); ++i)
    point = point << 6 | (byte(i) & 0x3FU);
  return point;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    auto n = utf8_length(text);
    if (n == 0)
      return false;
    text.remove_prefix(n);
  }
  return true;
}

void append_utf8(std::string& out, char32_t point) {
  auto put = [&](uint32_t byte) { out += static_cast<char>(static_cast<uint8_t>(byte)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | (point >> 6));
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | (point >> 12));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | (point >> 18));
    put(0x80 | ((point >> 12) & 0x3F));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  }
}

size_t complete_utf8(std::string_view bytes) {
  for (size_t back = 1; back <= 3 && back <= bytes.size(); ++back) {
    auto c = bytes[bytes.size() - back];
    if (is_utf8_continuation(c))
      continue;
    auto length = length_by_first(static_cast<uint8_t>(c));
    return length > back ? bytes.size() - back : bytes.size();
  }
  return bytes.size();
}

} // namespace troupe
