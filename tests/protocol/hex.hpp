#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

namespace test {

/// Returns the bytes of hexadecimal digits; blanks between them are passed over, and what
/// stands between double quotes is taken as it is.
inline std::string hex(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' || text[i] == '|')
      continue;
    if (text[i] == '"') {
      auto end = text.find('"', i + 1);
      out += text.substr(i + 1, end - i - 1);
      i = end;
      continue;
    }
    out += static_cast<char>(
        std::strtol(std::string{text.substr(i, 2)}.c_str(), nullptr, 16));
    ++i;
  }
  return out;
}

/// Returns `bytes` as hexadecimal digits, for comparisons that show what differs.
inline std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (auto c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

} // namespace test
