#include "protocol/config/units.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace troupe::config {

namespace {

struct unit {
  std::string_view name;
  uint64_t factor;
};

constexpr std::array times = {
    unit{"us", 1},         unit{"ms", 1'000},        unit{"s", 1'000'000},
    unit{"m", 60'000'000}, unit{"h", 3'600'000'000},
};

constexpr std::array sizes = {
    unit{"", 1},          unit{"B", 1},         unit{"KiB", 1 << 10},
    unit{"MiB", 1 << 20}, unit{"GiB", 1 << 30},
};

/// Returns the whole number at the start of `text` times the unit that is the rest of it,
/// or nothing where that is more than `most`.
template <size_t N>
std::optional<uint64_t> scaled(std::string_view text, const std::array<unit, N>& units,
                               uint64_t most) {
  uint64_t number = 0;
  auto end = text.data() + text.size();
  // For an unsigned number from_chars takes digits alone: no sign, no white space.
  auto [rest, ec] = std::from_chars(text.data(), end, number);
  if (ec != std::errc{})
    return std::nullopt;
  auto name = text.substr(static_cast<size_t>(rest - text.data()));
  for (auto& u : units)
    if (u.name == name)
      return number <= most / u.factor ? std::optional{number * u.factor} : std::nullopt;
  return std::nullopt;
}

} // namespace

std::optional<std::chrono::microseconds> parse_duration(std::string_view text) {
  using rep = std::chrono::microseconds::rep;
  auto value =
      scaled(text, times, static_cast<uint64_t>(std::numeric_limits<rep>::max()));
  if (!value)
    return std::nullopt;
  return std::chrono::microseconds{static_cast<rep>(*value)};
}

std::optional<uint64_t> parse_size(std::string_view text) {
  return scaled(text, sizes, std::numeric_limits<uint64_t>::max());
}

} // namespace troupe::config
