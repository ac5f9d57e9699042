#include "broker/front/http/request_key.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/payload_bytes.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <string>

namespace troupe::front::http {

namespace {

namespace http = boost::beast::http;

constexpr std::string_view key_subprotocol = "troupe.key.";

/// Returns the key of `Authorization: Bearer KEY`. The scheme's name is in any case.
std::string_view bearer_key(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() < scheme.size()
      || !boost::beast::iequals({authorization.data(), scheme.size()},
                                {scheme.data(), scheme.size()}))
    return {};
  authorization.remove_prefix(scheme.size());
  return json_text::trim(authorization);
}

/// Returns the first subprotocol that a request offers and `wanted` takes; empty for
/// none.
template <class F>
std::string_view find_subprotocol(const http_fields& m, F wanted) {
  auto [first, end] = m.equal_range(http::field::sec_websocket_protocol);
  for (; first != end; ++first) {
    auto rest = to_view(first->value());
    while (!rest.empty()) {
      auto offered = json_text::trim(rest.substr(0, rest.find(',')));
      if (wanted(offered))
        return offered;
      rest.remove_prefix(std::min(rest.size(), rest.find(',')));
      rest.remove_prefix(rest.empty() ? 0 : 1);
    }
  }
  return {};
}

/// Returns the bytes of base64url without padding; empty if `text` is none.
std::string from_base64url(std::string_view text) {
  std::string standard{text};
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  standard.append((4 - standard.size() % 4) % 4, '=');
  return from_base64(standard).value_or(std::string{});
}

std::string subprotocol_key(const http_fields& m) {
  auto found = find_subprotocol(
      m, [](std::string_view offered) { return offered.starts_with(key_subprotocol); });
  return found.empty() ? std::string{}
                       : from_base64url(found.substr(key_subprotocol.size()));
}

access access_with(std::string_view given, std::string_view api_key,
                   std::string_view view_key) {
  if (given.empty())
    return access::none;
  auto may_do_all = equal_in_constant_time(given, api_key);
  auto may_view = equal_in_constant_time(given, view_key);
  return may_do_all ? access::all : may_view ? access::view : access::none;
}

} // namespace

access access_of(const http_fields& m, std::string_view api_key,
                 std::string_view view_key) {
  if (m.count("X-API-Key") > 1 || m.count(http::field::authorization) > 1)
    return access::none;
  auto given = to_view(m["X-API-Key"]);
  if (given.empty())
    given = bearer_key(to_view(m[http::field::authorization]));
  return given.empty() ? access_with(subprotocol_key(m), api_key, view_key)
                       : access_with(given, api_key, view_key);
}

bool offers_subprotocol(const http_fields& m) {
  return !find_subprotocol(m, [](std::string_view offered) {
            return offered == subprotocol;
          }).empty();
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) // the length is no secret
    return false;
  int difference = 0;
  for (size_t i = 0; i < a.size(); ++i)
    difference |= a[i] ^ b[i];
  return difference == 0;
}

} // namespace troupe::front::http
