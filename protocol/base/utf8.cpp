#include "protocol/base/utf8.hpp"

#include <cstdint>

namespace troupe {

size_t utf8_length(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  auto tail = [&](size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  auto first = byte(0);
  if (first < 0x80)
    return 1;
  if (first >= 0xC2 && first < 0xE0)
    return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first < 0xF0) {
    if (!tail(1) || !tail(2) || (first == 0xE0 && byte(1) < 0xA0)
        || (first == 0xED && byte(1) >= 0xA0))
      return 0;
    return 3;
  }
  if (first >= 0xF0 && first < 0xF5) {
    if (!tail(1) || !tail(2) || !tail(3) || (first == 0xF0 && byte(1) < 0x90)
        || (first == 0xF4 && byte(1) >= 0x90))
      return 0;
    return 4;
  }
  return 0;
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
    auto c = static_cast<uint8_t>(bytes[bytes.size() - back]);
    if (c >= 0x80 && c < 0xC0) // goes on with a character
      continue;
    auto length = c < 0xC2 || c > 0xF4 ? 1u : c < 0xE0 ? 2u : c < 0xF0 ? 3u : 4u;
    return length > back ? bytes.size() - back : bytes.size();
  }
  return bytes.size();
}

} // namespace troupe
