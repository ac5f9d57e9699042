#include "protocol/web/request_head.hpp"

#include "protocol/base/json_appender.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/web/cookies.hpp"
#include "protocol/web/http_text.hpp"

#include <algorithm>
#include <map>

namespace troupe::web {

namespace {

using named_values = std::vector<std::pair<std::string_view, std::string_view>>;

/// Returns the name of a header as most servers spell it: `Content-Type`.
std::string canonical(std::string_view name) {
  auto out = in_lower_case(name);
  auto begins_word = true;
  for (auto& c : out) {
    if (begins_word && c >= 'a' && c <= 'z')
      c = static_cast<char>(c - 'a' + 'A');
    begins_word = c == '-';
  }
  return out;
}

/// Returns an object with an array for each name, in the order of their first value.
/// @param spell Returns how a name is spelled.
template <class Spell>
std::string grouped(const named_values& all, Spell spell) {
  std::vector<std::pair<std::string, json_array_writer>> groups;
  std::map<std::string, size_t, std::less<>> places;
  for (auto& [name, value] : all) {
    auto spelled = spell(name);
    auto [place, is_new] = places.emplace(spelled, groups.size());
    if (is_new)
      groups.emplace_back(std::move(spelled), json_array_writer{});
    groups[place->second].second.add(value);
  }
  json_object_writer out;
  for (auto& [name, values] : groups)
    out.add_json(name, values.array());
  return out.object();
}

std::string cookies_of(const named_values& headers) {
  cookie_list all;
  for (auto& [name, value] : headers)
    if (equal_ignoring_case(name, "Cookie"))
      add_cookies(value, all);
  json_object_writer out;
  for (auto& [name, value] : all)
    out.add(name, value);
  return out.object();
}

std::string absolute_url(const request_facts& facts) {
  if (!facts.target.starts_with('/') && facts.target != "*")
    return std::string{facts.target};
  std::string out{facts.scheme};
  out.append("://").append(facts.host);
  return facts.target == "*" ? out : out.append(facts.target);
}

std::string_view query_of(std::string_view target) {
  auto begin = target.find('?');
  return begin == target.npos ? std::string_view{} : target.substr(begin + 1);
}

} // namespace

std::string request_head(const request_facts& facts, const parsed_body* body) {
  std::string out;
  json_object_appender{out}
      .add<"remoteAddr">(facts.remote_address)
      .add<"protocol">(facts.protocol)
      .add<"method">(facts.method)
      .add<"uri">(absolute_url(facts))
      .add_json<"headers">(grouped(facts.headers, canonical))
      .add_json<"cookies">(cookies_of(facts.headers))
      .add<"rawQuery">(query_of(facts.target))
      .add_json<"parsed">(body && body->parsed ? "true" : "false")
      .add_json<"uploads">(body ? std::string_view{body->uploads_json} : "null")
      .add_json<"attributes">(grouped(
          facts.attributes, [](std::string_view name) { return std::string{name}; }))
      .end();
  return out;
}

} // namespace troupe::web
