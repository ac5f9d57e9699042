#include "broker/client/view_target.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>
#include <iterator>

namespace troupe::client {

namespace {

/// A route that shows what an operation answers.
struct view {
  std::string_view kind;
  /// The path before the name that the payload has, and after it.
  std::string_view before;
  std::string_view after = {};
  /// Whether the payload has a name.
  bool named = false;
  /// Other members that the payload may have, separated by spaces: they are parameters.
  std::string_view query = {};
};

constexpr view views[] = {
    {"pools", "/api/pools", {}, false, "cluster"},
    {"workers", "/api/workers"},
    {"nodes", "/api/nodes"},
    {"followers", "/api/followers"},
    {"health", "/health"},
    {"ready", "/ready"},
    {"spawned", "/api/spawned"},
    {"session.list", "/api/sessions"},
    {"calls", "/api/calls", {}, false, "pool state older_ms limit cluster"},
    {"calls.slow", "/api/calls/slow"},
    {"pool", "/api/pools/", "", true},
    {"history", "/api/pools/", "/history", true, "step since"},
    {"worker", "/api/workers/", "", true},
    {"log", "/api/workers/", "/log", true},
    {"session.status", "/api/sessions/", "", true},
    {"session.history", "/api/sessions/", "/history", true},
};

std::string encoded(std::string_view text) {
  namespace urls = boost::urls;
  return urls::encode({text.data(), text.size()}, urls::unreserved_chars);
}

/// Whether `word` is one of `words`, which spaces separate.
bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    auto end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word)
      return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

/// Returns a member's value as a parameter says it; nothing for one that none can say.
std::optional<std::string> parameter(std::string_view json) {
  if (auto text = json_text::as_text(json))
    return text;
  if (json_text::as_integer(json))
    return std::string{json};
  if (json == "true" || json == "false")
    return json == "true" ? "1" : "0";
  return std::nullopt;
}

} // namespace

std::optional<std::string> view_target(std::string_view kind, std::string_view payload) {
  auto found = std::find_if(std::begin(views), std::end(views),
                            [kind](auto& v) { return v.kind == kind; });
  if (found == std::end(views))
    return std::nullopt;
  std::optional<std::string> name;
  std::string query;
  if (payload != "null") {
    if (!json_text::is_object(payload))
      return std::nullopt;
    std::string buffer;
    json_text::member_reader members{payload};
    while (auto m = members.next()) {
      std::string key{json_text::plain_key(m->key, buffer)};
      auto value = parameter(m->value);
      if (!value)
        return std::nullopt;
      if (found->named && key == "name")
        name = *value;
      else if (has_word(found->query, key))
        query += (query.empty() ? "?" : "&") + key + '=' + encoded(*value);
      else
        return std::nullopt;
    }
  }
  if (found->named && !name)
    return std::nullopt;
  return std::string{found->before} + encoded(name.value_or(""))
         + std::string{found->after} + query;
}

} // namespace troupe::client
