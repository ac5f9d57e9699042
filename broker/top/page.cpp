#include "broker/top/page.hpp"

#include <array>

namespace troupe::top {

namespace {

/// In the order of the enumeration.
constexpr std::array<std::string_view, 10> names = {
    "pools", "workers", "calls", "terminals", "events",
    "nodes", "pool",    "facts", "log",       "help"};

} // namespace

std::string_view name_of(page p) {
  return names.at(static_cast<size_t>(p));
}

std::optional<page> find_view(std::string_view text) {
  for (int i = 0; i < view_count; ++i) {
    auto view = static_cast<page>(i);
    if (text == name_of(view) || (text.size() == 1 && text[0] == '1' + i))
      return view;
  }
  return std::nullopt;
}

} // namespace troupe::top
