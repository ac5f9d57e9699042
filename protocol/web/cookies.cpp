#include "protocol/web/cookies.hpp"

#include "protocol/web/http_text.hpp"
#include "protocol/web/percent.hpp"

#include <algorithm>
#include <map>

namespace troupe::web {

namespace {

/// Returns what is between the quotes of a value, if it has some.
std::string_view without_quotes(std::string_view value) {
  if (value.size() > 1 && value.front() == '"' && value.back() == '"')
    return value.substr(1, value.size() - 2);
  return value;
}

bool is_cookie_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    return c >= ' ' && c < '\x7f' && c != '"' && c != '\\';
  });
}

} // namespace

void add_cookies(std::string_view header, cookie_list& out) {
  std::map<std::string, size_t, std::less<>> places;
  for (size_t i = 0; i < out.size(); ++i)
    places.emplace(out[i].first, i);
  while (!header.empty()) {
    auto piece = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(piece.size() + 1, header.size()));
    piece = trim_blanks(piece);
    auto equals = piece.find('=');
    auto name = trim_blanks(piece.substr(0, equals));
    auto text = equals == piece.npos ? "" : without_quotes(piece.substr(equals + 1));
    if (!is_token(name) || !is_cookie_value(text))
      continue;
    std::string spaced{text};
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    auto value = percent_decode(spaced);
    if (!value)
      continue;
    auto [known, is_new] = places.emplace(name, out.size());
    if (is_new)
      out.emplace_back(name, std::move(*value));
    else
      out[known->second].second = std::move(*value);
  }
}

} // namespace troupe::web
