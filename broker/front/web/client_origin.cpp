#include "broker/front/web/client_origin.hpp"

#include "broker/front/web/neighbour_headers.hpp"
#include "broker/front/web/web_request.hpp"
#include "protocol/base/json_text.hpp"

#include <boost/url/parse.hpp>

#include <algorithm>

namespace troupe::front::web {

namespace {

bool is_trusted(std::string_view address, const std::vector<ip_range>& trusted) {
  auto who = parse_ip(address);
  return who && std::any_of(trusted.begin(), trusted.end(), [&](auto& range) {
           return range.contains(*who);
         });
}

/// Returns the address in an element of `X-Forwarded-For`, which some proxies write with
/// a port.
std::string_view address_in(std::string_view element) {
  element = json_text::trim(element);
  if (element.starts_with('['))
    return element.substr(1, element.find(']') - 1);
  auto colon = element.find(':');
  return element.find(':', colon + 1) == element.npos ? element.substr(0, colon)
                                                      : element;
}

/// Returns the elements of all headers of this name, the last first.
std::vector<std::string_view> elements_from_last(const http::http_fields& m,
                                                 std::string_view name) {
  std::vector<std::string_view> all;
  auto [first, end] = m.equal_range({name.data(), name.size()});
  for (auto i = first; i != end; ++i) {
    auto rest = to_view(i->value());
    for (auto comma = rest.find(','); comma != rest.npos; comma = rest.find(',')) {
      all.push_back(json_text::trim(rest.substr(0, comma)));
      rest.remove_prefix(comma + 1);
    }
    all.push_back(json_text::trim(rest));
  }
  std::reverse(all.begin(), all.end());
  return all;
}

/// Returns the address behind a proxy that is trusted.
std::string_view forwarded_address(const http::http_fields& m, std::string_view peer,
                                   const std::vector<ip_range>& trusted) {
  auto found = peer;
  for (auto element : elements_from_last(m, "X-Forwarded-For")) {
    auto address = address_in(element);
    if (!parse_ip(address)) // what stands before was written by nobody who is known
      break;
    found = address;
    if (!is_trusted(address, trusted))
      break;
  }
  return found;
}

bool is_host(std::string_view text) {
  auto parsed = boost::urls::parse_authority({text.data(), text.size()});
  return parsed && !text.empty() && !parsed->has_userinfo();
}

} // namespace

client_origin find_origin(const http::http_fields& m, std::string_view peer,
                          std::string_view scheme,
                          const std::vector<ip_range>& trusted_proxies) {
  client_origin out{std::string{peer}, std::string{scheme},
                    std::string{to_view(m[boost::beast::http::field::host])}};
  if (!is_trusted(peer, trusted_proxies))
    return out;
  out.address = forwarded_address(m, peer, trusted_proxies);
  if (auto all = elements_from_last(m, "X-Forwarded-Proto"); !all.empty()) {
    if (is_same_header(all.front(), "https"))
      out.scheme = "https";
    else if (is_same_header(all.front(), "http"))
      out.scheme = "http";
  }
  if (auto all = elements_from_last(m, "X-Forwarded-Host"); !all.empty())
    if (is_host(all.front()))
      out.host = all.front();
  return out;
}

} // namespace troupe::front::web
