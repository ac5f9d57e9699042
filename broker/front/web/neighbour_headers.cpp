#include "broker/front/web/neighbour_headers.hpp"

#include <algorithm>
#include <array>

namespace troupe::front::web {

namespace {

constexpr std::array<std::string_view, 9> always = {
    "connection", "keep-alive", "proxy-connection",    "transfer-encoding",  "te",
    "trailer",    "upgrade",    "proxy-authorization", "proxy-authenticate",
};

char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trim(std::string_view text) {
  auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

} // namespace

bool is_same_header(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size()
         && std::equal(a.begin(), a.end(), b.begin(),
                       [](char x, char y) { return to_lower(x) == to_lower(y); });
}

void neighbour_headers::add_connection(std::string_view value) {
  while (!value.empty()) {
    auto comma = value.find(',');
    auto name = trim(value.substr(0, comma));
    if (!name.empty())
      named_.push_back(name);
    value.remove_prefix(comma == value.npos ? value.size() : comma + 1);
  }
}

bool neighbour_headers::contains(std::string_view name) const noexcept {
  auto is_it = [name](std::string_view other) { return is_same_header(name, other); };
  return std::any_of(always.begin(), always.end(), is_it)
         || std::any_of(named_.begin(), named_.end(), is_it);
}

} // namespace troupe::front::web
