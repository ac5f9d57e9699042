#include "broker/commands/argument_checks.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/printable.hpp"
#include "protocol/config/units.hpp"

namespace troupe::commands {

std::string mistake_in_name(const std::string& text) {
  return text.empty() ? "expected a name, not an empty text" : "";
}

std::string mistake_in_whole_number(const std::string& text) {
  auto number = json_text::as_integer(text);
  return number && *number >= 0
             ? ""
             : "expected a whole number from 0, not '" + printable(text) + "'";
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
