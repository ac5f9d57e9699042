#include "protocol/web/http_text.hpp"

#include <algorithm>

namespace troupe::web {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_token_character(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9')
         || (c != '\0'
             && std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos);
}

/// Cuts a quoted text from the front of `rest`. A backslash escapes a quote and itself;
/// before anything else it is one of a path, as old browsers send them.
std::string take_quoted(std::string_view& rest) {
  std::string text;
  size_t i = 1;
  for (; i < rest.size() && rest[i] != '"'; ++i) {
    if (rest[i] == '\\' && i + 1 < rest.size()
        && (rest[i + 1] == '"' || rest[i + 1] == '\\'))
      ++i;
    text += rest[i];
  }
  rest.remove_prefix(std::min(i + 1, rest.size()));
  return text;
}

std::string_view cut_before(std::string_view& rest, std::string_view ends) {
  auto piece = rest.substr(0, rest.find_first_of(ends));
  rest.remove_prefix(piece.size());
  return piece;
}

} // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_field_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f';
  });
}

std::string in_lower_case(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim_blanks(std::string_view text) {
  auto begin = text.find_first_not_of(" \t");
  if (begin == text.npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

parametrized_value::parametrized_value(std::string_view text)
  : value_(trim_blanks(text.substr(0, text.find(';'))))
  , parameters_(text.substr(std::min(text.find(';'), text.size()))) {}

std::optional<std::string> parametrized_value::parameter(std::string_view name) const {
  for (auto rest = parameters_; !rest.empty();) {
    rest.remove_prefix(1); // the semicolon, or what follows a quoted text
    auto found = equal_ignoring_case(trim_blanks(cut_before(rest, "=;")), name);
    if (rest.empty() || rest.front() == ';')
      continue;
    rest.remove_prefix(1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    auto quoted = !rest.empty() && rest.front() == '"';
    auto text =
        quoted ? take_quoted(rest) : std::string{trim_blanks(cut_before(rest, ";"))};
    if (found)
      return text;
    cut_before(rest, ";");
  }
  return {};
}

} // namespace troupe::web
