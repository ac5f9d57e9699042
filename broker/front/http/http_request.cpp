#include "broker/front/http/http_request.hpp"

#include "broker/front/http/http_query.hpp"
#include "broker/front/http/message/call_headers.hpp"
#include "protocol/base/address.hpp"

#include <boost/url/grammar/error.hpp>
#include <boost/url/parse.hpp>

namespace troupe::front::http {

namespace {

namespace http = boost::beast::http;
namespace urls = boost::urls;

constexpr unsigned method_not_allowed = 405;

/// Returns why the view key is not enough for a request.
http_refusal refuse_viewer(const http_fields& m) {
  return {{code::forbidden, "this is the view key, which may look and change nothing: "
                                + std::string{to_view(m.method_string())} + " "
                                + std::string{to_view(m.target())}
                                + " needs the node's API key"}};
}

/// Returns the target of a request as a URL: a path, or all of one as clients spell it
/// for a proxy.
boost::system::result<urls::url_view> read_target(const http_fields& m) {
  boost::core::string_view target{m.target().data(), m.target().size()};
  if (target.starts_with('/'))
    return urls::parse_origin_form(target);
  auto url = urls::parse_absolute_uri(target);
  if (url
      && ((url->scheme_id() != urls::scheme::http
           && url->scheme_id() != urls::scheme::https)
          || url->host().empty()))
    return urls::grammar::error::mismatch;
  return url;
}

/// Says what is wrong with the name of a pool or a worker in the path.
result<void, std::string> validate_subject(const matched_route& m) {
  auto about = m.where->about;
  if (about == path_subject::any || m.segments.empty())
    return {};
  auto& name = m.segments.front();
  auto where = parse_address(name);
  if (!where)
    return {}; // whoever looks it up says so
  if (about == path_subject::pool && where->worker >= 0)
    return failure("name: this route is for a whole pool; " + name
                   + " is one of its workers, the pool is " + where->pool);
  if (about == path_subject::worker && where->worker < 0)
    return failure("name: expected a worker, such as " + worker_name(where->pool, 0)
                   + ", not " + name);
  return {};
}

/// Returns why there is nothing to do for this method and path.
http_refusal refuse_route(const http_fields& m, const route_registry& routes,
                          const std::vector<std::string>& path) {
  auto message = "no route " + std::string{to_view(m.method_string())} + " "
                 + std::string{to_view(m.target())};
  auto allowed = routes.allowed_methods(path);
  if (allowed.empty())
    return {{code::not_found, std::move(message)}};
  return {{code::not_found, message + "; this path takes " + allowed},
          method_not_allowed,
          "Allow: " + allowed + "\r\n"};
}

/// Reads what the head says.
result<http_request> begin_request(const http_fields& m, const http_match& match) {
  http_request r;
  r.where = match.route.where;
  r.may = match.may;
  r.what.trace = read_trace(m);
  if (r.where->read_head)
    if (auto read = r.where->read_head(r, {match.route.segments, match.url, m, {}});
        !read)
      return failure(std::move(read).error());
  return r;
}

} // namespace

result<http_match, http_refusal> match_http_request(const http_fields& m,
                                                    const route_registry& routes,
                                                    std::string_view api_key,
                                                    std::string_view view_key) {
  auto url = read_target(m);
  if (!url)
    return failure(
        http_refusal{malformed("the request target is neither a path nor a URL")});
  std::vector<std::string> path;
  path.reserve(url->segments().size());
  for (auto segment : url->segments())
    path.emplace_back(std::string{segment});
  auto found = routes.find(to_view(m.method_string()), path);
  auto may = access_of(m, api_key, view_key);
  if (may == access::none
      && (found ? !found->where->open : routes.needs_key() && !routes.is_open(path)))
    return failure(
        http_refusal{{code::unauthorized,
                      "send the node's API key, once, as X-API-Key or Authorization:"
                      " Bearer"}});
  if (!found)
    return failure(refuse_route(m, routes, path));
  if (may == access::view && !is_for_viewers(*found->where))
    return failure(refuse_viewer(m));
  if (url->has_query())
    if (auto valid = validate_parameters(*url, found->where->query); !valid)
      return failure(http_refusal{malformed(std::move(valid).error())});
  if (auto valid = validate_subject(*found); !valid)
    return failure(http_refusal{malformed(std::move(valid).error())});
  return http_match{std::move(*found), *url, may};
}

result<http_request> read_http_request(const http_fields& m, http_match& match,
                                       std::string body, steady_clock::time_point now) {
  if (!match.begun) {
    auto begun = begin_request(m, match);
    if (!begun)
      return begun;
    match.begun = std::make_unique<const http_request>(*std::move(begun));
  }
  auto r = *match.begun;
  r.what.taken = now;
  // The view key is enough for a GET, and the kind of some also changes what a body says.
  if (r.where->method == "GET")
    body.clear();
  request_source from{match.route.segments, match.url, m, std::move(body)};
  if (auto read = r.where->read(r, from); !read)
    return failure(std::move(read).error());
  return r;
}

} // namespace troupe::front::http
