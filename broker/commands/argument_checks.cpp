#include "broker/commands/argument_checks.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/printable.hpp"

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

} // namespace troupe::commands
