#include "protocol/base/http_url.hpp"

#include "protocol/base/json_text.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>

namespace troupe {

namespace {

namespace urls = boost::urls;

constexpr uint16_t default_port = 80;
constexpr uint16_t default_secure_port = 443;

/// Reads the digits of a port; fails for a number that is none.
result<uint16_t, std::string> read_port(std::string_view digits) {
  uint16_t port = 0;
  auto end = digits.data() + digits.size();
  auto [rest, ec] = std::from_chars(digits.data(), end, port);
  if (ec != std::errc{} || rest != end || port == 0)
    return failure("expected a port from 1 to 65535, not '" + std::string{digits} + "'");
  return port;
}

} // namespace

result<http_url, std::string> parse_http_url(std::string_view text) {
  auto parsed = urls::parse_uri({text.data(), text.size()});
  if (!parsed || parsed->host().empty())
    return failure("expected a URL such as \"http://127.0.0.1:9000/hook\", not "
                   + json_string(text));
  http_url url;
  url.is_secure = parsed->scheme_id() == urls::scheme::https;
  if (!url.is_secure && parsed->scheme_id() != urls::scheme::http)
    return failure("expected a URL of http:// or https://, not " + json_string(text));
  if (parsed->has_userinfo())
    return failure("a URL must hold no user and no password: send a header instead");
  if (parsed->has_fragment())
    return failure("expected a URL without a fragment (#), not " + json_string(text));
  url.host = parsed->host_address();
  url.port = url.is_secure ? default_secure_port : default_port;
  if (auto digits = parsed->port(); !digits.empty()) {
    auto port = read_port({digits.data(), digits.size()});
    if (!port)
      return failure(std::move(port).error());
    url.port = *port;
  }
  auto authority = parsed->encoded_host_and_port();
  url.authority.assign(authority.data(), authority.size());
  auto target = parsed->encoded_target();
  url.target.assign(target.data(), target.size());
  if (!url.target.starts_with('/'))
    url.target.insert(0, 1, '/');
  return url;
}

} // namespace troupe
