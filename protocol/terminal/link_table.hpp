#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace troupe::vt {

/// The links (OSC 8) that text on a screen leads to, each under a small number that cells
/// hold. Bounded: a program may make any number of links.
class link_table {
public:
  /// The most links at a time, and the bytes of one: as much as terminals take.
  static constexpr size_t most = 1024;
  static constexpr size_t longest = 2083;

  /// Returns the number of a link, or 0 where the table is full or the link too long.
  /// Two tables give a link the same number unless they hold others that are in its way.
  /// @param link `PARAMETERS;URI`, as in OSC 8.
  uint16_t number_of(std::string_view link);

  bool is_full() const noexcept { return links_.size() >= most; }

  /// Forgets the links that are not among `used`.
  void keep(const std::set<uint16_t>& used);

  /// Returns `PARAMETERS;URI` of a link; `;` for 0 and for an unknown one.
  std::string_view at(uint16_t number) const;

private:
  std::map<uint16_t, std::string> links_;
};

/// Appends the sequence with which text leads to `link`.
void append_link(std::string& out, std::string_view link);

} // namespace troupe::vt
