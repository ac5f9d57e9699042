#include "broker/front/page_origins.hpp"

#include <algorithm>

namespace troupe::front {

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

/// Returns the origin of what is at `host`, in lower case. Browsers leave the port out if
/// it is the scheme's own; other clients may not.
std::string origin_of(std::string_view scheme, std::string_view host) {
  auto out = lower(scheme) + "://" + lower(host);
  auto own_port = out.starts_with("https:") ? ":443" : ":80";
  if (out.ends_with(own_port))
    out.resize(out.rfind(':'));
  return out;
}

} // namespace

bool page_origins::allows(std::string_view origin, std::string_view scheme,
                          std::string_view host) const {
  if (origin.empty())
    return true;
  auto page = lower(origin);
  if (std::find(allowed_.begin(), allowed_.end(), page) != allowed_.end())
    return true;
  if (host.empty() || (own_ == own_host::address && !is_beyond_names(lower(host))))
    return false;
  auto colon = page.find("://");
  return colon != page.npos
         && origin_of(page.substr(0, colon), page.substr(colon + 3))
                == origin_of(scheme, host);
}

} // namespace troupe::front
