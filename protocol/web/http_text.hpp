#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Words and values of HTTP's headers (RFC 9110, 5.6).
namespace troupe::web {

/// Returns whether `text` can be the name of a header, a method, a cookie.
bool is_token(std::string_view text);

/// Returns whether `text` can be the value of a header: no line ends, no other control
/// characters but tabs.
bool is_field_value(std::string_view text);

/// Returns `text` with the letters of ASCII in lower case.
std::string in_lower_case(std::string_view text);

bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Cuts blanks and tabs from both ends.
std::string_view trim_blanks(std::string_view text);

/// The value of a header with parameters: `text/html; charset="utf-8"`.
class parametrized_value {
public:
  /// @param text Must outlive this.
  explicit parametrized_value(std::string_view text);

  /// Returns what is before the parameters.
  std::string_view value() const noexcept { return value_; }

  /// Returns the first parameter with this name, quotes resolved; nothing if there is
  /// none. @param name In lower case.
  std::optional<std::string> parameter(std::string_view name) const;

private:
  std::string_view value_;
  std::string_view parameters_;
};

} // namespace troupe::web
