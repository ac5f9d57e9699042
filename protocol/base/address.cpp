#include "protocol/base/address.hpp"

#include "protocol/base/ascii.hpp"

#include <algorithm>
#include <charconv>

namespace troupe {

namespace {

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// Returns the index that `digits` spells in its only form (no sign, no leading zero).
std::optional<int32_t> parse_index(std::string_view digits) {
  int32_t result = 0;
  auto end = digits.data() + digits.size();
  auto [rest, ec] = std::from_chars(digits.data(), end, result);
  if (ec != std::errc{} || rest != end || !is_digit(digits.front())
      || (digits.size() > 1 && digits.front() == '0'))
    return std::nullopt;
  return result;
}

} // namespace

bool is_valid_name(std::string_view name) {
  return !name.empty() && name.size() <= 63 && is_letter(name.front())
         && std::all_of(name.begin(), name.end(), [](char c) {
              return is_letter(c) || is_digit(c) || c == '_' || c == '-';
            });
}

std::string spawned_pool_name(std::string_view shown) {
  if (is_valid_name(shown))
    return std::string{shown};
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  uint64_t hash = 14695981039346656037U; // FNV-1a
  for (auto c : shown) {
    auto byte = static_cast<unsigned char>(c);
    hash = (hash ^ byte) * 1099511628211U;
    if (is_letter(c) || (is_digit(c) && !out.empty()) || (c == '-' && !out.empty())) {
      out += c;
      continue;
    }
    // A name begins with a letter.
    out += out.empty() ? "x_" : "_";
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  constexpr size_t longest = 63;
  constexpr size_t hash_digits = 16;
  if (out.size() > longest) {
    out.resize(longest - hash_digits);
    for (size_t shift = 64; shift > 0; shift -= 4)
      out += digits[hash >> (shift - 4) & 15];
  }
  return out.empty() ? "x_" : out;
}

std::optional<address> parse_address(std::string_view text) {
  address result;
  if (auto at = text.find('@'); at != std::string_view::npos) {
    result.node = text.substr(at + 1);
    if (!is_valid_name(result.node))
      return std::nullopt;
    text = text.substr(0, at);
  }
  if (text == node_target) {
    result.pool = text;
    return result;
  }
  if (auto dot = text.find('.'); dot != std::string_view::npos) {
    auto index = parse_index(text.substr(dot + 1));
    if (!index)
      return std::nullopt;
    result.worker = *index;
    text = text.substr(0, dot);
  }
  if (!is_valid_name(text))
    return std::nullopt;
  result.pool = text;
  return result;
}

std::string worker_name(std::string_view pool, int32_t index) {
  return std::string{pool} + "." + std::to_string(index);
}

} // namespace troupe
