#include "protocol/wires/envelope.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_text.hpp"

namespace troupe::wires {

namespace {

/// Returns where `e` keeps the member `key`, or nothing for one that is ignored.
std::string_view* member_of(envelope& e, std::string_view key) {
  switch (key.size()) {
    case 2:
      return key == "to" ? &e.to : nullptr;
    case 3:
      return key == "key" ? &e.key : nullptr;
    case 4:
      return key == "kind" ? &e.kind : nullptr;
    case 5:
      return key == "error" ? &e.error : nullptr;
    case 6:
      return key == "stream" ? &e.stream : nullptr;
    case 7:
      return key == "payload" ? &e.payload : nullptr;
    case 8:
      return key == "priority" ? &e.priority : nullptr;
    case 10:
      return key == "request_id"   ? &e.request_id
             : key == "timeout_ms" ? &e.timeout_ms
             : key == "idempotent" ? &e.idempotent
                                   : nullptr;
    default:
      return nullptr;
  }
}

bool absent(std::string_view value) {
  return value.empty() || json_text::is_null(value);
}

std::optional<std::string> set_flag(bool& flag, std::string_view name,
                                    std::string_view text) {
  if (absent(text))
    return std::nullopt;
  auto value = json_text::as_bool(text);
  if (!value)
    return std::string{name} + ": expected true or false";
  flag = *value;
  return std::nullopt;
}

/// Fills `r` from the members of `e`; returns what is wrong with them.
std::optional<std::string> read_request(const envelope& e, client_request& r) {
  auto& c = r.what;
  if (!json_text::is_string(e.kind))
    return "kind: expected a string";
  c.kind = e.line.cut(json_text::body(e.kind));
  if (absent(e.to) && c.kind == "cancel") {
    r.cancel = true;
    return r.has_id
               ? std::nullopt
               : std::optional<std::string>{"request_id: a cancel needs the call's id"};
  }
  if (!json_text::is_string(e.to))
    return "to: expected a string";
  r.to = json_text::unescape(json_text::body(e.to));
  if (!e.payload.empty())
    c.payload = e.line.cut(e.payload);
  if (!absent(e.key)) {
    auto key = json_text::as_text(e.key);
    if (!key)
      return "key: expected a string";
    c.key = std::move(*key);
  }
  if (auto wrong = absent(e.timeout_ms) ? std::nullopt : set_timeout(c, e.timeout_ms))
    return wrong;
  if (auto wrong = absent(e.priority) ? std::nullopt : set_priority(c, e.priority))
    return wrong;
  if (auto wrong = set_flag(c.idempotent, "idempotent", e.idempotent))
    return wrong;
  return set_flag(c.stream, "stream", e.stream);
}

} // namespace

std::variant<envelope, std::string> cut_envelope(const shared_bytes& line) {
  auto text = line.view();
  if (auto wrong = json_text::check(text))
    return "not JSON: " + *wrong;
  envelope result;
  result.line = line;
  if (!json_text::is_object(json_text::trim(text)))
    return "not a JSON object";
  json_text::member_reader reader{text};
  std::string buffer;
  while (auto m = reader.next())
    if (auto member = member_of(result, json_text::plain_key(m->key, buffer)))
      *member = m->value;
  return result;
}

std::variant<client_request, bad_request>
parse_client_line(const shared_bytes& line, steady_clock::time_point now) {
  auto cut = cut_envelope(line);
  if (auto wrong = std::get_if<std::string>(&cut))
    return bad_request{{}, false, {code::bad_request, std::move(*wrong)}};
  auto& e = std::get<envelope>(cut);
  client_request r;
  r.what.taken = now;
  std::optional<std::string> wrong;
  if (json_text::is_string(e.request_id)) {
    r.has_id = true;
    r.request_id = line.cut(json_text::body(e.request_id));
  } else if (!absent(e.request_id)) {
    wrong = "request_id: expected a string";
  }
  if (!wrong)
    wrong = read_request(e, r);
  if (wrong)
    return bad_request{r.request_id, r.has_id, {code::bad_request, std::move(*wrong)}};
  return r;
}

std::optional<std::string> set_timeout(call& c, std::string_view text) {
  auto value = json_text::as_integer(text);
  // A year is more than anybody waits and far from overflowing a time point.
  constexpr int64_t most = 366LL * 24 * 3600 * 1000;
  if (!value || *value < 1 || *value > most)
    return "timeout_ms: expected a whole number of milliseconds, 1 to "
           + std::to_string(most);
  c.timeout = std::chrono::milliseconds{*value};
  return std::nullopt;
}

std::optional<std::string> set_priority(call& c, std::string_view text) {
  auto value = json_text::as_integer(text);
  if (!value || *value < -10 || *value > 10)
    return "priority: expected a whole number from -10 to 10";
  c.priority = static_cast<int8_t>(*value);
  return std::nullopt;
}

namespace {

void append_id(std::string& out, std::optional<std::string_view> id) {
  if (id) {
    out += "{\"request_id\":\"";
    out += *id;
    out += '"';
  } else {
    out += "{\"request_id\":null";
  }
}

} // namespace

void append_answer(std::string& out, std::optional<std::string_view> id,
                   std::string_view kind, const call_result& result) {
  append_id(out, id);
  out += ",\"kind\":\"";
  out += kind;
  if (auto good = std::get_if<outcome>(&result)) {
    out += "\",\"payload\":";
    out += good->payload.view();
    out += ",\"error\":null";
    if (!good->worker.empty()) {
      out += ",\"worker\":\"";
      out += good->worker.view();
      out += '"';
    }
  } else {
    out += "\",\"payload\":null,\"error\":{";
    out += to_json_members(std::get<fault>(result));
    out += '}';
  }
  out += "}\n";
}

void append_chunk(std::string& out, std::optional<std::string_view> id,
                  std::string_view payload) {
  append_id(out, id);
  out += ",\"kind\":\"chunk\",\"payload\":";
  out += payload;
  out += ",\"error\":null}\n";
}

} // namespace troupe::wires
