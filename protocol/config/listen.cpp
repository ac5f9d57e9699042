#include "protocol/config/listen.hpp"

#include "protocol/base/ascii.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>

namespace troupe::config {

namespace {

std::optional<in_addr> parse_v4(std::string_view host) {
  in_addr result;
  if (inet_pton(AF_INET, std::string{host}.c_str(), &result) != 1)
    return std::nullopt;
  return result;
}

std::optional<in6_addr> parse_v6(std::string_view host) {
  in6_addr result;
  if (inet_pton(AF_INET6, std::string{host}.c_str(), &result) != 1)
    return std::nullopt;
  return result;
}

bool is_host_name(std::string_view host) {
  auto legal = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'
           || c == '.' || c == '_';
  };
  if (host.empty() || host.size() > 253 || !std::all_of(host.begin(), host.end(), legal))
    return false;
  // A last label of digits alone is a misspelt IPv4 address: no such domain exists.
  auto last = host.substr(host.rfind('.') + 1);
  return !std::all_of(last.begin(), last.end(), is_digit);
}

std::optional<uint16_t> parse_port(std::string_view text) {
  uint16_t port = 0;
  auto end = text.data() + text.size();
  auto [rest, ec] = std::from_chars(text.data(), end, port);
  if (ec != std::errc{} || rest != end)
    return std::nullopt;
  return port;
}

} // namespace

std::optional<listen_address> parse_listen(std::string_view text) {
  auto colon = text.rfind(':');
  // inet_pton reads up to a NUL: nothing may hide behind one.
  if (colon == std::string_view::npos || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  auto port = parse_port(text.substr(colon + 1));
  auto host = text.substr(0, colon);
  if (!port)
    return std::nullopt;
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (!parse_v6(host))
      return std::nullopt;
  } else if (!parse_v4(host) && !is_host_name(host)) {
    return std::nullopt;
  }
  return listen_address{std::string{host}, *port};
}

bool is_loopback(std::string_view host) {
  if (auto v4 = parse_v4(host))
    return (ntohl(v4->s_addr) >> 24) == 127;
  if (auto v6 = parse_v6(host))
    return std::memcmp(&*v6, &in6addr_loopback, sizeof *v6) == 0;
  std::string lower{host};
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower == "localhost";
}

bool is_wildcard(std::string_view host) {
  return host == "0.0.0.0" || host == "::" || host == "0:0:0:0:0:0:0:0";
}

bool is_one_place(const listen_address& a, const listen_address& b) {
  return a.port == b.port && a.port != 0
         && (a.host == b.host || is_wildcard(a.host) || is_wildcard(b.host));
}

} // namespace troupe::config
