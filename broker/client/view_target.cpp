#include "broker/client/view_target.hpp"

#include "protocol/base/address.hpp"
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
    {"pools", "/api/pools", {}, false, "cluster silent"},
    {"workers", "/api/workers"},
    {"nodes", "/api/nodes"},
    {"followers", "/api/followers"},
    {"health", "/health"},
    {"ready", "/ready"},
    {"spawned", "/api/spawned"},
    {"session.list", "/api/sessions"},
    {"calls", "/api/calls", {}, false, "pool state older_ms limit cluster silent"},
    {"calls.slow", "/api/calls/slow"},
    {"pool", "/api/pools/", "", true},
    {"history", "/api/pools/", "/history", true, "step since"},
    {"worker", "/api/workers/", "", true},
    {"log", "/api/workers/", "/log", true},
    {"events", "/api/events/list", {}, false, "since kinds wait output_since"},
    {"terminal", "/api/spawned/", "/worker", true},
    {"session.status", "/api/sessions/", "", true},
    {"session.history", "/api/sessions/", "/history", true},
};

/// The log of a pool: its name has no index.
constexpr view pool_log{"log", "/api/pools/", "/log", true};

/// A call to a terminal, which is named by whom it is to.
constexpr view screen{"snapshot", "/api/spawned/", "/snapshot", false,
                      "format scrollback"};

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

/// Returns texts of an array with commas between them; nothing if it has others.
std::optional<std::string> joined(std::string_view array) {
  std::string all;
  json_text::element_reader reader{array};
  while (auto element = reader.next()) {
    auto text = json_text::as_text(*element);
    if (!text)
      return std::nullopt;
    all += (all.empty() ? "" : ",") + *text;
  }
  return all;
}

/// Returns a member's value as a parameter says it; nothing for one that none can say.
std::optional<std::string> parameter(std::string_view json) {
  if (auto text = json_text::as_text(json))
    return text;
  if (json.starts_with('['))
    return joined(json);
  if (json_text::as_integer(json))
    return std::string{json};
  if (json == "true" || json == "false")
    return json == "true" ? "1" : "0";
  return std::nullopt;
}

/// Returns the target of a view for a payload; nothing if the payload asks for more.
/// @param name Of the subject, where the payload has none.
std::optional<std::string> spell(const view& v, std::optional<std::string> name,
                                 std::string_view payload) {
  std::string query;
  if (payload != "null" && !json_text::is_object(payload))
    return std::nullopt;
  std::string buffer;
  json_text::member_reader members{payload == "null" ? "{}" : payload};
  while (auto m = members.next()) {
    std::string key{json_text::plain_key(m->key, buffer)};
    if (m->value == "null")
      continue;
    auto value = parameter(m->value);
    if (!value)
      return std::nullopt;
    if (v.named && key == "name")
      name = *value;
    else if (has_word(v.query, key))
      query += (query.empty() ? "?" : "&") + key + '=' + encoded(*value);
    else
      return std::nullopt;
  }
  if (v.named && !name)
    return std::nullopt;
  return std::string{v.before} + encoded(name.value_or("")) + std::string{v.after}
         + query;
}

bool names_pool(std::string_view payload) {
  auto name = json_text::text_member(payload, "name").value_or("");
  return name.substr(0, name.find('@')).find('.') == name.npos;
}

} // namespace

std::optional<std::string> view_target(std::string_view to, std::string_view kind,
                                       std::string_view payload) {
  if (to != node_target)
    return kind == screen.kind ? spell(screen, std::string{to}, payload) : std::nullopt;
  if (kind == pool_log.kind && names_pool(payload))
    return spell(pool_log, {}, payload);
  auto found = std::find_if(std::begin(views), std::end(views),
                            [kind](auto& v) { return v.kind == kind; });
  return found == std::end(views) ? std::nullopt : spell(*found, {}, payload);
}

} // namespace troupe::client
