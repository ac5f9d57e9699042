#include "broker/top/sorting.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace troupe::top {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool contains(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char a, char b) { return lower(a) == lower(b); })
         != text.end();
}

bool is_hidden(const row& r, std::string_view filter) {
  return std::none_of(r.cells.begin(), r.cells.end(),
                      [&](auto& cell) { return contains(cell.text, filter); });
}

struct unit {
  std::string_view name;
  double factor;
};

/// In seconds, or in bytes; the longer name of two that begin alike is first.
constexpr std::array<unit, 12> units = {{{"ms", 1e-3},
                                         {"m", 60},
                                         {"s", 1},
                                         {"h", 3600},
                                         {"d", 86400},
                                         {"B", 1},
                                         {"KiB", 1024},
                                         {"MiB", 1024. * 1024},
                                         {"GiB", 1024. * 1024 * 1024},
                                         {"TiB", 1024. * 1024 * 1024 * 1024},
                                         {"PiB", 1024. * 1024 * 1024 * 1024 * 1024},
                                         {"", 1}}};

const unit& unit_at(std::string_view text) {
  return *std::find_if(units.begin(), units.end(),
                       [&](auto& u) { return text.starts_with(u.name); });
}

} // namespace

std::optional<double> number_in(std::string_view text) {
  std::optional<double> sum;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    double n = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n,
                                        std::chars_format::fixed);
    if (error != std::errc{})
      break;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    auto& u = unit_at(text);
    text.remove_prefix(u.name.size());
    sum = sum.value_or(0) + n * u.factor;
    if (u.name.empty())
      break;
  }
  return sum;
}

void filter_and_sort(listing& rows, std::string_view filter, const sorting& by) {
  if (!filter.empty())
    std::erase_if(rows.rows, [&](auto& r) { return is_hidden(r, filter); });
  auto found = std::find_if(rows.head.begin(), rows.head.end(),
                            [&](auto& c) { return c.title == by.column; });
  if (found == rows.head.end()) {
    std::stable_sort(rows.rows.begin(), rows.rows.end(),
                     [](auto& a, auto& b) { return a.urgency > b.urgency; });
    return;
  }
  auto at = static_cast<size_t>(found - rows.head.begin());
  auto is_number = found->right;
  auto precedes = [&](const row& a, const row& b) {
    auto& x = a.cells[at].text;
    auto& y = b.cells[at].text;
    // What is no number, a `-`, is less than all.
    return is_number ? number_in(x).value_or(-1) > number_in(y).value_or(-1) : x < y;
  };
  std::stable_sort(rows.rows.begin(), rows.rows.end(), [&](auto& a, auto& b) {
    return by.reversed ? precedes(b, a) : precedes(a, b);
  });
}

} // namespace troupe::top
