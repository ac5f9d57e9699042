#include "protocol/base/log_severity.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace troupe {

namespace {

using enum log_severity;

/// The priorities of syslog: emergency, alert, critical, error, warning, notice,
/// information, debug.
constexpr std::array priorities = {error, error, error, error, warn, info, info, debug};

constexpr auto words = std::to_array<std::pair<std::string_view, log_severity>>({
    {"trace", debug},
    {"debug", debug},
    {"info", info},
    {"notice", info},
    {"warn", warn},
    {"warning", warn},
    {"error", error},
    {"critical", error},
    {"fatal", error},
});

bool is_same_word(std::string_view a, std::string_view lower) {
  auto fits = [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
  };
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(), fits);
}

} // namespace

std::optional<log_severity> find_severity(std::string_view word) {
  for (auto& [known, severity] : words)
    if (is_same_word(word, known))
      return severity;
  return std::nullopt;
}

std::string_view word_for(log_severity s) {
  constexpr std::array<std::string_view, 4> own_words = {"debug", "info", "warn",
                                                         "error"};
  return own_words[static_cast<size_t>(s)];
}

severe_line split_priority(std::string_view line) {
  auto has_one = line.size() >= 3 && line[0] == '<' && line[1] >= '0' && line[1] <= '7'
                 && line[2] == '>';
  if (!has_one)
    return {std::nullopt, line};
  return {priorities[static_cast<size_t>(line[1] - '0')], line.substr(3)};
}

} // namespace troupe
