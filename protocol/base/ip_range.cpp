#include "protocol/base/ip_range.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

namespace troupe {

namespace {

/// Where the bytes of IPv4 are in the mapped form.
constexpr size_t mapped_at = 12;

bool is_mapped(std::string_view text) {
  return text.find(':') == text.npos;
}

} // namespace

std::optional<ip_address> parse_ip(std::string_view text) {
  // inet_pton reads up to a NUL: nothing may hide behind one.
  if (text.find('\0') != text.npos)
    return std::nullopt;
  std::string spelled{text};
  ip_address out{};
  if (is_mapped(text)) {
    out[10] = out[11] = 0xff;
    if (inet_pton(AF_INET, spelled.c_str(), out.data() + mapped_at) != 1)
      return std::nullopt;
  } else if (inet_pton(AF_INET6, spelled.c_str(), out.data()) != 1) {
    return std::nullopt;
  }
  return out;
}

std::optional<ip_range> ip_range::parse(std::string_view text) {
  auto slash = text.find('/');
  auto host = text.substr(0, slash);
  auto first = parse_ip(host);
  if (!first)
    return std::nullopt;
  auto outside = is_mapped(host) ? unsigned{8 * mapped_at} : 0U;
  auto most = unsigned{128} - outside;
  auto bits = most;
  if (slash != text.npos) {
    auto digits = text.substr(slash + 1);
    auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (ec != std::errc{} || end != digits.data() + digits.size() || bits > most)
      return std::nullopt;
  }
  ip_range out;
  out.bits_ = bits + outside;
  for (size_t i = 0; i < out.first_.size(); ++i) {
    auto kept = std::min(8U, out.bits_ > 8 * i ? out.bits_ - unsigned(8 * i) : 0U);
    out.first_[i] = static_cast<uint8_t>((*first)[i] & (0xff00U >> kept));
  }
  return out;
}

bool ip_range::contains(const ip_address& who) const noexcept {
  auto whole = bits_ / 8;
  if (std::memcmp(first_.data(), who.data(), whole) != 0)
    return false;
  auto rest = bits_ % 8;
  return rest == 0 || ((first_[whole] ^ who[whole]) & (0xff00U >> rest) & 0xffU) == 0;
}

} // namespace troupe
