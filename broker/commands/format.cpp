#include "broker/commands/format.hpp"

#include "protocol/base/utf8.hpp"

#include <algorithm>
#include <array>

namespace troupe::commands {

namespace {

std::string two_digits(int64_t n) {
  return (n < 10 ? "0" : "") + std::to_string(n);
}

} // namespace

std::string format_duration(std::chrono::milliseconds d) {
  auto ms = std::max<int64_t>(d.count(), 0);
  auto s = ms / 1000;
  if (s < 1)
    return std::to_string(ms) + "ms";
  if (s < 60)
    return std::to_string(s) + "s";
  if (s < 3600)
    return std::to_string(s / 60) + "m" + two_digits(s % 60) + "s";
  auto h = s / 3600;
  if (h < 24)
    return std::to_string(h) + "h" + two_digits(s / 60 % 60) + "m";
  return std::to_string(h / 24) + "d" + two_digits(h % 24) + "h";
}

std::string format_size(uint64_t bytes) {
  constexpr std::array<std::string_view, 6> units = {"B",   "KiB", "MiB",
                                                     "GiB", "TiB", "PiB"};
  size_t unit = 0;
  uint64_t rest = 0;
  while (bytes >= 1024 && unit + 1 < units.size()) {
    rest = bytes % 1024;
    bytes /= 1024;
    ++unit;
  }
  auto text = std::to_string(bytes);
  // With two digits before it, a decimal says nothing that matters.
  if (auto tenths = rest * 10 / 1024; bytes < 10 && tenths > 0)
    text += "." + std::to_string(tenths);
  return text + std::string{units[unit]};
}

size_t columns(std::string_view text) {
  auto continued = std::count_if(text.begin(), text.end(), is_utf8_continuation);
  return text.size() - static_cast<size_t>(continued);
}

} // namespace troupe::commands
