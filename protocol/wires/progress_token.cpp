#include "protocol/wires/progress_token.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

namespace troupe::wires::progress_token {

namespace {

constexpr std::string_view token_key = "progressToken";

/// Returns the members of `object` but those that are called `key`.
json_object_writer without(std::string_view object, std::string_view key) {
  json_object_writer out;
  std::string buffer;
  json_text::member_reader reader{object};
  while (auto m = reader.next())
    if (json_text::plain_key(m->key, buffer) != key)
      out.add_spelled(m->key, m->value);
  return out;
}

} // namespace

std::string_view find(std::string_view params) {
  auto meta = json_text::find_member(params, "_meta");
  return meta ? json_text::find_member(*meta, token_key).value_or("")
              : std::string_view{};
}

std::string with(std::string_view params, std::optional<uint32_t> token) {
  if (!token && find(params).empty())
    return std::string{params};
  auto meta = json_text::find_member(params, "_meta").value_or("{}");
  if (json_text::is_null(params))
    params = "{}";
  if (!json_text::is_object(params) || !json_text::is_object(meta))
    return std::string{params};
  auto changed = without(meta, token_key);
  if (token)
    changed.add(token_key, *token);
  auto out = without(params, "_meta");
  if (!changed.empty())
    out.add_json("_meta", changed.object());
  return out.object();
}

std::string report_with(std::string_view params, std::string_view token) {
  return without(params, token_key).add_json(token_key, token).object();
}

} // namespace troupe::wires::progress_token
