#include "protocol/terminal/cell.hpp"

namespace troupe::vt {

void append_utf8(std::string& out, char32_t c) {
  auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

void append_text(std::string& out, const cell& c) {
  for (auto code : c.text) {
    if (code == 0)
      break;
    append_utf8(out, code);
  }
}

} // namespace troupe::vt
