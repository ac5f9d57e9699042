#include "protocol/config/key_depth.hpp"

namespace troupe::config {

namespace {

/// Returns the length of the string or comment that `text` begins with, or 0.
size_t skip_opaque(std::string_view text) {
  auto quote = text.front();
  if (quote == '#')
    return text.substr(0, text.find('\n')).size();
  if (quote != '"' && quote != '\'')
    return 0;
  auto is_long = text.size() >= 3 && text[1] == quote && text[2] == quote;
  auto end = text.substr(0, is_long ? 3 : 1);
  for (auto i = end.size(); i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\')
      ++i;
    else if (!is_long && text[i] == '\n')
      return i; // it has no end, as the parser will say
    else if (text.substr(i).starts_with(end))
      return i + end.size();
  }
  return text.size();
}

} // namespace

std::optional<uint32_t> find_deep_key(std::string_view text) {
  uint32_t line = 1;
  size_t dots = 0;
  while (!text.empty()) {
    auto length = skip_opaque(text);
    if (length == 0) {
      auto c = text.front();
      if (c == '.' && ++dots >= most_key_parts)
        return line;
      if (c == '\n' || c == '=' || c == ',' || c == '[' || c == '{')
        dots = 0;
      length = 1;
    }
    for (auto c : text.substr(0, length))
      if (c == '\n')
        ++line;
    text.remove_prefix(length);
  }
  return std::nullopt;
}

} // namespace troupe::config
