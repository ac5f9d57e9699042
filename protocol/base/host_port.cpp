#include "protocol/base/host_port.hpp"

#include "protocol/base/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace troupe {

namespace {

/// The longest name of DNS.
constexpr size_t longest_host = 253;

bool is_in_name(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'
         || c == '.' || c == '_';
}

bool is_in_brackets(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':'
         || c == '.';
}

bool is_host(std::string_view host) {
  auto legal = is_in_name;
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    legal = is_in_brackets;
  }
  return !host.empty() && host.size() <= longest_host
         && std::all_of(host.begin(), host.end(), legal);
}

bool is_port(std::string_view text) {
  uint16_t port = 0;
  auto end = text.data() + text.size();
  auto [rest, ec] = std::from_chars(text.data(), end, port);
  return ec == std::errc{} && rest == end && port > 0;
}

} // namespace

bool is_host_port(std::string_view text) {
  auto colon = text.rfind(':');
  return colon != text.npos && is_host(text.substr(0, colon))
         && is_port(text.substr(colon + 1));
}

} // namespace troupe
