#include "broker/commands/argument_checks.hpp"

#include "protocol/base/printable.hpp"
#include "protocol/config/units.hpp"

#include <charconv>

namespace troupe::commands {

namespace {

/// Returns the number that `text` spells in digits; nothing for another text. The parser
/// of options takes a zero before other digits for the sign of an octal number.
std::optional<int64_t> parse_whole_number(const std::string& text) {
  if (text.size() > 1 && text.starts_with('0'))
    return std::nullopt;
  int64_t number = 0;
  auto end = text.data() + text.size();
  auto [stopped, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stopped == end ? std::optional{number} : std::nullopt;
}

} // namespace

std::string mistake_in_name(const std::string& text) {
  return text.empty() ? "expected a name, not an empty text" : "";
}

std::string mistake_in_whole_number(const std::string& text) {
  auto number = parse_whole_number(text);
  return number && *number >= 0
             ? ""
             : "expected a whole number from 0, not '" + printable(text) + "'";
}

std::function<std::string(const std::string&)> whole_number_from(int64_t lowest,
                                                                 int64_t highest) {
  return [lowest, highest](const std::string& text) -> std::string {
    auto number = parse_whole_number(text);
    if (number && *number >= lowest && *number <= highest)
      return {};
    return "expected a whole number from " + std::to_string(lowest) + " to "
           + std::to_string(highest) + ", not '" + printable(text) + "'";
  };
}

std::string mistake_in_duration(const std::string& text) {
  return parse_milliseconds(text) ? ""
                                  : "expected a duration such as 250ms, 5s or 2m, not '"
                                        + printable(text) + "'";
}

std::optional<std::chrono::milliseconds> parse_milliseconds(const std::string& text) {
  auto only_digits = text.find_first_not_of("0123456789") == std::string::npos;
  auto value = config::parse_duration(only_digits ? text + "ms" : text);
  return value ? std::optional{std::chrono::ceil<std::chrono::milliseconds>(*value)}
               : std::nullopt;
}

std::string mistake_in_interval(const std::string& text) {
  using namespace std::chrono_literals;
  auto interval = config::parse_duration(text);
  return interval && *interval >= 100ms && *interval <= 1h
             ? ""
             : "expected a duration from 100ms to 1h, such as 2s, not '" + printable(text)
                   + "'";
}

std::chrono::milliseconds parse_interval(const std::string& text) {
  auto interval = config::parse_duration(text);
  return std::chrono::duration_cast<std::chrono::milliseconds>(interval.value());
}

} // namespace troupe::commands
