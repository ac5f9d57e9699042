#include "protocol/config/read.hpp"

/// The origins of pages, as browsers send them in `Origin`.
namespace troupe::config {

namespace {

/// Returns whether `text` is an origin: no path, no slash at the end.
bool is_origin(std::string_view text) {
  auto scheme = text.find("://");
  auto host = scheme == text.npos ? std::string_view{} : text.substr(scheme + 3);
  return scheme != text.npos && scheme > 0 && !host.empty()
         && host.find_first_of("/?#@ ") == host.npos;
}

} // namespace

std::string lower_case(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return text;
}

void read_origins(section& s, std::vector<std::string>& out) {
  std::vector<std::string> origins;
  if (!s.texts("allow_origins", origins))
    return;
  for (auto& origin : origins)
    if (is_origin(origin))
      out.push_back(lower_case(std::move(origin)));
    else
      s.wrong("allow_origins", "expected origins such as \"https://app.example\", not "
                                   + json_string(origin));
}

} // namespace troupe::config
