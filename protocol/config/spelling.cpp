#include "protocol/config/spelling.hpp"

#include "protocol/base/json_text.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace troupe::config {

namespace {

/// Returns how many characters must be put in, left out or changed to get from `a` to
/// `b`.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      auto changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

} // namespace

std::string_view nearest(std::string_view key, const std::vector<std::string>& known) {
  std::string_view result;
  // With as many edits as the key has characters anything can be reached.
  auto best = std::min<size_t>(3, key.size());
  for (auto& candidate : known) {
    if (auto distance = edit_distance(key, candidate); distance < best) {
      best = distance;
      result = candidate;
    }
  }
  return result;
}

std::string spell_key(std::string_view key) {
  auto bare = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || c == '_' || c == '-';
  };
  if (!key.empty() && std::all_of(key.begin(), key.end(), bare))
    return std::string{key};
  return json_string(key);
}

std::string spell(std::chrono::microseconds d) {
  using namespace std::chrono_literals;
  struct unit {
    std::string_view name;
    std::chrono::microseconds length;
  };
  constexpr std::array units = {unit{" days", 24h}, unit{"h", 1h}, unit{"m", 1min},
                                unit{"s", 1s}, unit{"ms", 1ms}};
  for (auto& u : units)
    if (d >= u.length && d % u.length == 0us)
      return std::to_string(d / u.length) + std::string{u.name};
  return d == 0us ? "0s" : std::to_string(d.count()) + "us";
}

} // namespace troupe::config
