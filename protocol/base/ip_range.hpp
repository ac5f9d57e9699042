#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace troupe {

/// An IP address of either kind; one of IPv4 is mapped into IPv6.
using ip_address = std::array<uint8_t, 16>;

/// Returns the address that `text` spells, without brackets or port; nothing for another
/// form.
std::optional<ip_address> parse_ip(std::string_view text);

/// Addresses that begin with the same bits.
class ip_range {
public:
  /// Returns the range that `text` spells as `10.0.0.0/8`, or as one address; nothing for
  /// another form. Bits behind the prefix are ignored.
  static std::optional<ip_range> parse(std::string_view text);

  bool contains(const ip_address& who) const noexcept;

  bool operator==(const ip_range&) const = default;

private:
  ip_address first_{};
  /// Of the mapped form.
  unsigned bits_ = 0;
};

} // namespace troupe
