#include "broker/client/node_url.hpp"

#include "protocol/base/json_text.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace troupe::client {

namespace urls = boost::urls;

result<node_url, std::string> node_url::parse(const std::string& url) {
  auto parsed = urls::parse_uri(url);
  if (!parsed || parsed->host().empty() || parsed->has_query() || parsed->has_fragment())
    return failure("expected a URL such as http://127.0.0.1:7717");
  node_url to{.is_https = parsed->scheme_id() == urls::scheme::https};
  if (!to.is_https && parsed->scheme_id() != urls::scheme::http)
    return failure("only http:// and https:// URLs are known");
  to.host = parsed->host_address();
  to.port = !parsed->port().empty() ? std::string{parsed->port()}
            : to.is_https           ? "443"
                                    : "80";
  if (auto n = json_text::as_integer(to.port); !n || *n < 1 || *n > 65'535)
    return failure("expected a port from 1 to 65535, not '" + to.port + "'");
  auto authority = parsed->encoded_host_and_port();
  to.authority = std::string{authority.data(), authority.size()};
  auto path = parsed->encoded_path();
  to.prefix = std::string{path.data(), path.size()};
  while (to.prefix.ends_with('/'))
    to.prefix.pop_back();
  return to;
}

} // namespace troupe::client
