#include "broker/front/http/http_request.hpp"

#include "broker/front/http/http_query.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/url/grammar/error.hpp>
#include <boost/url/parse.hpp>

#include <optional>

namespace troupe::front::http {

namespace {

namespace http = boost::beast::http;
namespace urls = boost::urls;

constexpr unsigned method_not_allowed = 405;

std::string_view view(boost::string_view s) {
  return {s.data(), s.size()};
}

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

bool is_authorized(const http_fields& m, std::string_view api_key) {
  auto given = view(m["X-API-Key"]);
  if (given.empty())
    given = bearer_key(view(m[http::field::authorization]));
  return !given.empty() && equal_in_constant_time(given, api_key);
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

/// Returns the text as the body of a JSON string.
shared_bytes json_body(std::string_view text) {
  auto with_quotes = json_string(text);
  return shared_bytes{with_quotes.substr(1, with_quotes.size() - 2)};
}

/// Returns the members of an object without its braces.
std::string_view members_in(std::string_view object) {
  return json_text::trim(object.substr(1, object.size() - 2));
}

/// Returns the payload of the operation that a request names: the members of its body,
/// and the `name` that is in its path.
std::variant<shared_bytes, fault> operation_payload(const matched_route& m,
                                                    const std::string& body) {
  auto members = json_text::trim(body);
  if (!members.empty()) {
    if (auto wrong = json_text::check(members))
      return malformed("the body is not JSON: " + *wrong);
    if (!json_text::is_object(members))
      return malformed("the body is not a JSON object");
    members = members_in(members);
  }
  json_object_writer all;
  all.append(members);
  if (!m.segments.empty()) // the last of two with the same name counts
    all.add("name", m.segments.front());
  return all.empty() ? null_payload() : shared_bytes{all.take_object()};
}

/// Routes of pools are not for their workers, nor the other way round: what is done to
/// the wrong one is not undone.
std::optional<std::string> check_subject(const matched_route& m) {
  auto about = [&](std::string_view folder) {
    return m.where->kind == route_kind::operation && !m.segments.empty()
           && m.where->pattern.starts_with(folder);
  };
  if (!about("api/pools/{") && !about("api/workers/{"))
    return std::nullopt;
  auto& name = m.segments.front();
  auto where = parse_address(name);
  if (!where)
    return std::nullopt; // whoever looks it up says so
  if (about("api/pools/{") && where->worker >= 0)
    return "name: this route is for a whole pool; " + name
           + " is one of its workers, the pool is " + where->pool;
  if (about("api/workers/{") && where->worker < 0)
    return "name: expected a worker, such as " + worker_name(where->pool, 0) + ", not "
           + name;
  return std::nullopt;
}

/// A request about a terminal: its worker's name in the path, or as `to` in the body.
std::variant<http_request, fault>
read_terminal_request(http_request r, const http_match& match, const std::string& body) {
  auto read = operation_payload(match.route, body);
  if (auto wrong = std::get_if<fault>(&read))
    return std::move(*wrong);
  auto payload = std::get<shared_bytes>(std::move(read));
  r.what.kind = shared_bytes::literal(r.where->operation);
  std::string name;
  if (!match.route.segments.empty()) {
    name = match.route.segments.front();
  } else {
    auto to = json_text::find_member(payload.view(), "to");
    name = to ? json_text::as_text(*to).value_or("") : "";
    if (name.empty())
      return malformed("to: expected the name of a terminal");
  }
  r.to = name;
  if (name.starts_with('#')) { // a message to a channel
    r.to = node_target;
    r.what.kind = shared_bytes::literal("agents.send");
  }
  auto asked = read_snapshot_parameters(match.url);
  if (auto wrong = std::get_if<fault>(&asked))
    return std::move(*wrong);
  r.what.payload = payload;
  if (auto& more = std::get<json_object_writer>(asked); !more.empty()) {
    json_object_writer all;
    all.append(members_in(payload.view())).append(more);
    r.what.payload = shared_bytes{all.take_object()};
  }
  return r;
}

std::variant<http_request, fault>
read_events_request(http_request r, const http_match& match, const http_fields& m) {
  r.to = node_target;
  r.what.kind = shared_bytes::literal("events");
  auto payload = read_event_parameters(match.url, view(m["Last-Event-ID"]),
                                       r.where->kind == route_kind::event_socket);
  if (auto wrong = std::get_if<fault>(&payload))
    return std::move(*wrong);
  r.what.payload = std::get<shared_bytes>(std::move(payload));
  return r;
}

std::variant<http_request, fault>
read_operation_request(http_request r, const http_match& match, const std::string& body) {
  r.to = node_target;
  r.what.kind = shared_bytes::literal(r.where->operation);
  auto payload = operation_payload(match.route, body);
  if (auto wrong = std::get_if<fault>(&payload))
    return std::move(*wrong);
  r.what.payload = std::get<shared_bytes>(std::move(payload));
  auto asked = read_agent_parameters(match.url);
  if (auto wrong = std::get_if<fault>(&asked))
    return std::move(*wrong);
  if (auto& members = std::get<json_object_writer>(asked); !members.empty())
    r.what.payload = shared_bytes{members.take_object()};
  return r;
}

std::variant<http_request, fault>
read_call_request(http_request r, const http_match& match, std::string text) {
  r.to = match.route.segments[0];
  r.what.kind = json_body(match.route.segments[1]);
  if (text.empty())
    return r;
  if (auto wrong = json_text::check(text))
    return malformed("the body is not JSON: " + *wrong);
  shared_bytes body{std::move(text)};
  r.what.payload = body.cut(json_text::trim(body.view()));
  return r;
}

/// Returns why there is nothing to do for this method and path.
http_refusal refuse_route(const http_fields& m, const std::vector<std::string>& path) {
  auto message = "no route " + std::string{view(m.method_string())} + " "
                 + std::string{view(m.target())};
  auto allowed = allowed_methods(path);
  if (allowed.empty())
    return {{code::not_found, std::move(message)}};
  return {{code::not_found, message + "; this path takes " + allowed},
          method_not_allowed,
          "Allow: " + allowed + "\r\n"};
}

} // namespace

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) // the length is no secret
    return false;
  int difference = 0;
  for (size_t i = 0; i < a.size(); ++i)
    difference |= a[i] ^ b[i];
  return difference == 0;
}

shared_bytes read_request_id(const http_fields& m) {
  auto id = m["X-Request-Id"];
  return id.empty() ? shared_bytes{} : json_body(view(id));
}

std::variant<http_match, http_refusal> match_http_request(const http_fields& m,
                                                          std::string_view api_key) {
  auto url = read_target(m);
  if (!url)
    return http_refusal{malformed("the request target is neither a path nor a URL")};
  std::vector<std::string> path;
  path.reserve(url->segments().size());
  for (auto segment : url->segments())
    path.emplace_back(std::string{segment});
  auto found = find_route(view(m.method_string()), path);
  auto has_key = is_authorized(m, api_key);
  if (!has_key && (!found || !found->where->open))
    return http_refusal{
        {code::unauthorized,
         "send the node's API key as X-API-Key or Authorization: Bearer"}};
  if (!found)
    return refuse_route(m, path);
  if (url->has_query())
    if (auto wrong = check_parameters(*url, known_parameters(*found->where)))
      return http_refusal{malformed(*wrong)};
  if (auto wrong = check_subject(*found))
    return http_refusal{malformed(std::move(*wrong))};
  return http_match{std::move(*found), *url, has_key};
}

std::variant<http_request, fault> read_http_request(const http_fields& m,
                                                    const http_match& match,
                                                    std::string body,
                                                    steady_clock::time_point now) {
  http_request r;
  r.where = match.route.where;
  r.what.taken = now;
  switch (r.where->kind) {
    case route_kind::events:
    case route_kind::event_socket:
      return read_events_request(std::move(r), match, m);
    case route_kind::input_socket:
      r.to = match.route.segments.front();
      return r;
    default:
      break;
  }
  // Some operations are calls of a pool in the end: beginning a session, say.
  if (auto wrong = read_call_parameters(match.url, r.what))
    return malformed(std::move(*wrong));
  switch (r.where->kind) {
    case route_kind::terminal:
      return read_terminal_request(std::move(r), match, body);
    case route_kind::operation:
      return read_operation_request(std::move(r), match, body);
    default:
      return read_call_request(std::move(r), match, std::move(body));
  }
}

} // namespace troupe::front::http
