#include "protocol/web/byte_range.hpp"

#include "protocol/web/http_text.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace troupe::web {

namespace {

/// Reads digits; a number that is too large for the type is the largest.
std::optional<uint64_t> read_position(std::string_view text) {
  uint64_t out = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || end != text.data() + text.size())
    return {};
  return error == std::errc{} ? out : std::numeric_limits<uint64_t>::max();
}

} // namespace

std::optional<std::variant<byte_range, unsatisfiable_range>>
read_range(std::string_view header, uint64_t size) {
  auto equals = header.find('=');
  if (equals == header.npos || !equal_ignoring_case(header.substr(0, equals), "bytes"))
    return {};
  auto range = trim_blanks(header.substr(equals + 1));
  auto hyphen = range.find('-');
  if (hyphen == range.npos)
    return {};
  auto first = read_position(range.substr(0, hyphen));
  auto last = read_position(range.substr(hyphen + 1));
  if (hyphen == 0) { // the last bytes
    if (!last)
      return {};
    if (*last == 0 || size == 0)
      return unsatisfiable_range{};
    auto length = std::min(*last, size);
    return byte_range{size - length, length};
  }
  auto is_open = hyphen + 1 == range.size();
  if (!first || (!last && !is_open) || (last && *last < *first))
    return {};
  if (*first >= size)
    return unsatisfiable_range{};
  return byte_range{*first, (is_open ? size : std::min(*last, size - 1) + 1) - *first};
}

} // namespace troupe::web
