#include "protocol/web/percent.hpp"

namespace troupe::web {

namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  auto lower = c | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Returns the byte that the escape at the front of `text` stands for, or -1.
int escaped_byte(std::string_view text) {
  if (text.size() < 3)
    return -1;
  auto high = digit_value(text[1]);
  auto low = digit_value(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

} // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    auto byte = escaped_byte(text.substr(i));
    if (byte < 0)
      return {};
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

std::string decode_form_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    auto byte = text[i] == '%' ? escaped_byte(text.substr(i)) : -1;
    if (byte >= 0) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

} // namespace troupe::web
