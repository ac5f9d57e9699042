#include "broker/front/mcp/page_origins.hpp"

#include <algorithm>

namespace troupe::front::mcp {

namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// Whether it is an address, or the name of this machine for itself.
bool is_beyond_names(std::string_view host) {
  if (host.starts_with('['))
    return true;
  host = host.substr(0, host.find(':'));
  return host == "localhost"
         || (!host.empty() && host.find_first_not_of("0123456789.") == host.npos);
}

} // namespace

bool page_origins::allows(std::string_view origin, std::string_view scheme,
                          std::string_view host) const {
  if (origin.empty())
    return true;
  auto page = lower(origin);
  if (std::find(allowed_.begin(), allowed_.end(), page) != allowed_.end())
    return true;
  auto own = lower(host);
  return is_beyond_names(own) && page == std::string{scheme} + "://" + own;
}

} // namespace troupe::front::mcp
