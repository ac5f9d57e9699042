#include "broker/front/http_request.hpp"

#include "protocol/address.hpp"
#include "protocol/envelope.hpp"
#include "protocol/json_member.hpp"
#include "protocol/json_text.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <optional>

namespace troupe {

namespace {

namespace http = boost::beast::http;
namespace urls = boost::urls;

std::string_view view(boost::string_view s) {
  return {s.data(), s.size()};
}

bool is_authorized(const http_message& m, std::string_view api_key) {
  auto given = m["X-API-Key"];
  if (given.empty()) {
    given = m[http::field::authorization];
    constexpr std::string_view scheme = "Bearer ";
    if (!view(given).starts_with(scheme))
      return false;
    given.remove_prefix(scheme.size());
  }
  return equal_in_constant_time(view(given), api_key);
}

/// Returns the text as the body of a JSON string.
slice json_body(std::string_view text) {
  auto with_quotes = json_string(text);
  return slice{with_quotes.substr(1, with_quotes.size() - 2)};
}

std::optional<std::string> set_flag(bool& flag, const std::string& name,
                                    std::string_view value) {
  if (value == "1" || value == "true")
    flag = true;
  else if (value == "0" || value == "false")
    flag = false;
  else
    return name + ": expected 1 or 0";
  return std::nullopt;
}

/// Sets what the query says in `c`; returns what is wrong with it.
std::optional<std::string> read_query(const urls::url_view& url, call& c) {
  for (auto parameter : url.params()) {
    std::string name{parameter.key};
    std::string value{parameter.value};
    std::optional<std::string> wrong;
    if (name == "timeout_ms")
      wrong = set_timeout(c, value);
    else if (name == "priority")
      wrong = set_priority(c, value);
    else if (name == "key")
      c.key = std::move(value);
    else if (name == "idempotent")
      wrong = set_flag(c.idempotent, name, value);
    else if (name == "stream")
      wrong = set_flag(c.stream, name, value);
    if (wrong)
      return wrong;
  }
  return std::nullopt;
}

/// Returns the payload of the operation that a request names: the members of its body,
/// and the `name` that is in its path.
std::variant<slice, fault> operation_payload(const matched_route& m,
                                             const std::string& body) {
  auto members = json_text::trim(body);
  if (!members.empty()) {
    if (auto wrong = json_text::check(members))
      return malformed("the body is not JSON: " + *wrong);
    if (!json_text::is_object(members))
      return malformed("the body is not a JSON object");
    members = json_text::trim(members.substr(1, members.size() - 2));
  }
  if (m.segments.empty())
    return members.empty() ? null_payload() : slice{"{" + std::string{members} + "}"};
  std::string all{members};
  // The last of two with the same name counts.
  json_text::append_members(all, "\"name\":" + json_string(m.segments.front()));
  return slice{"{" + all + "}"};
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

/// Returns `a,b` as a JSON array of strings.
std::string to_names(std::string_view list) {
  std::string out = "[";
  while (!list.empty()) {
    auto one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), one.size() + 1));
    if (!one.empty())
      out += (out.size() > 1 ? "," : "") + json_string(one);
  }
  return out + "]";
}

/// Returns the payload of the event stream: where it begins is in the query, or, when a
/// browser comes back, in its `Last-Event-ID`.
/// @param from_start Whether without a number it begins with the first that is
/// remembered.
std::variant<slice, fault> events_payload(const http_message& m,
                                          const urls::url_view& url, bool from_start) {
  std::string since{view(m["Last-Event-ID"])};
  std::string filters;
  for (auto parameter : url.params()) {
    std::string key{parameter.key};
    if (key == "since" || key == "sinceSeq" || key == "since_seq")
      since = std::string{parameter.value};
    else if (key == "workers" || key == "kinds")
      json_text::append_members(
          filters, '"' + key + "\":" + to_names(std::string{parameter.value}));
  }
  if (since.empty() && from_start)
    since = "0";
  if (since.empty() && filters.empty())
    return null_payload();
  if (since.empty())
    return slice{"{" + filters + "}"};
  auto number = json_text::as_integer(since);
  if (!number || *number < 0)
    return malformed("since: expected a whole number from 0");
  json_text::append_members(filters, "\"since\":" + std::to_string(*number));
  return slice{"{" + filters + "}"};
}

/// A terminal may be named without the index of its worker.
std::string to_worker(const std::string& name) {
  return name.find('.') == std::string::npos ? name + ".0" : name;
}

/// A request about a terminal: its worker's name in the path, or as `to` in the body.
std::variant<http_request, fault> read_terminal_request(http_request r,
                                                        const matched_route& matched,
                                                        const http_message& m,
                                                        const urls::url_view& url) {
  auto read = operation_payload(matched, m.body());
  if (auto wrong = std::get_if<fault>(&read))
    return std::move(*wrong);
  auto payload = std::get<slice>(std::move(read));
  r.what.kind = slice::literal(r.where->operation);
  if (auto wrong = read_query(url, r.what))
    return malformed(std::move(*wrong));
  std::string name;
  if (!matched.segments.empty()) {
    name = matched.segments.front();
  } else {
    auto to = json_text::find_member(payload.view(), "to");
    name = to ? json_text::as_text(*to).value_or("") : "";
    if (name.empty())
      return malformed("to: expected the name of a terminal");
  }
  r.to = to_worker(name);
  std::string members;
  for (auto parameter : url.params()) {
    std::string key{parameter.key};
    std::string value{parameter.value};
    if (key == "format") {
      members += ",\"format\":" + json_string(value);
    } else if (key == "scrollback") {
      auto n = json_text::as_integer(value);
      if (!n || *n < 0)
        return malformed("scrollback: expected a number of lines");
      members += ",\"scrollback\":" + std::to_string(*n);
    }
  }
  auto text = payload.view();
  r.what.payload =
      members.empty()
          ? payload
          : slice{std::string{text.substr(0, text.size() - 1)} + members + "}"};
  return r;
}

} // namespace

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  auto difference = a.size() ^ b.size();
  for (size_t i = 0; i < a.size(); ++i)
    difference |= static_cast<size_t>(a[i] ^ (b.empty() ? '\0' : b[i % b.size()]));
  return difference == 0;
}

std::variant<http_request, fault> read_http_request(http_message& m,
                                                    std::string_view api_key,
                                                    steady_clock::time_point now) {
  auto url = urls::parse_origin_form({m.target().data(), m.target().size()});
  if (!url)
    return malformed("the request target is no path");
  std::vector<std::string> path;
  for (auto segment : url->segments())
    path.emplace_back(std::string{segment});
  auto matched = find_route(view(m.method_string()), path);
  if ((!matched || !matched->where->open) && !is_authorized(m, api_key))
    return fault{code::unauthorized,
                 "send the node's API key as X-API-Key or Authorization: Bearer",
                 {}};
  if (!matched)
    return fault{code::not_found,
                 "no route " + std::string{view(m.method_string())} + " "
                     + std::string{view(m.target())},
                 {}};
  if (auto wrong = check_subject(*matched))
    return malformed(std::move(*wrong));
  http_request r;
  r.where = matched->where;
  r.what.taken = now;
  if (auto id = m["X-Request-Id"]; !id.empty())
    r.request_id = json_body(view(id));
  if (r.where->kind == route_kind::terminal)
    return read_terminal_request(std::move(r), *matched, m, *url);
  if (r.where->kind == route_kind::input_socket) {
    r.to = to_worker(matched->segments.front());
    return r;
  }
  if (r.where->kind != route_kind::call) {
    r.to = node_target;
    r.what.kind = slice::literal(
        r.where->kind == route_kind::events ? "events" : r.where->operation);
    auto follows =
        r.where->kind == route_kind::events || r.where->kind == route_kind::event_socket;
    auto payload =
        follows ? events_payload(m, *url, r.where->kind == route_kind::event_socket)
                : operation_payload(*matched, m.body());
    if (auto wrong = std::get_if<fault>(&payload))
      return std::move(*wrong);
    r.what.payload = std::get<slice>(std::move(payload));
    // Some operations are calls of a pool in the end: beginning a session, say.
    if (auto wrong = follows ? std::nullopt : read_query(*url, r.what))
      return malformed(std::move(*wrong));
    r.what.stream = false;
    return r;
  }
  r.to = std::move(matched->segments[0]);
  r.what.kind = json_body(matched->segments[1]);
  if (auto wrong = read_query(*url, r.what))
    return malformed(std::move(*wrong));
  if (m.body().empty())
    return r;
  if (auto wrong = json_text::check(m.body()))
    return malformed("the body is not JSON: " + *wrong);
  slice body{std::move(m.body())};
  r.what.payload = body.cut(json_text::trim(body.view()));
  return r;
}

} // namespace troupe
