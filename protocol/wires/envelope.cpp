#include "protocol/wires/envelope.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_appender.hpp"
#include "protocol/base/json_scanner.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"

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
             : key == "tracestate" ? &e.tracestate
                                   : nullptr;
    case 11:
      return key == "traceparent" ? &e.traceparent : nullptr;
    default:
      return nullptr;
  }
}

template <class Reader>
void read_members(envelope& e, Reader& members) {
  std::string buffer;
  while (auto m = members.next())
    if (auto member = member_of(e, json_text::plain_key(m->key, buffer)))
      *member = m->value;
}

/// Sets `flag` from the member `name`, if it is there.
result<void, std::string> set_flag(bool& flag, std::string_view name,
                                   std::string_view text) {
  if (json_text::is_absent(text))
    return {};
  auto value = json_text::as_bool(text);
  if (!value)
    return failure(std::string{name} + ": expected true or false");
  flag = *value;
  return {};
}

/// Sets those members of a call that have a default.
result<void, std::string> read_options(const envelope& e, call& c) {
  if (!json_text::is_absent(e.timeout_ms))
    if (auto set = set_timeout(c, e.timeout_ms); !set)
      return set;
  if (!json_text::is_absent(e.priority))
    if (auto set = set_priority(c, e.priority); !set)
      return set;
  if (auto set = set_flag(c.idempotent, "idempotent", e.idempotent); !set)
    return set;
  return set_flag(c.stream, "stream", e.stream);
}

/// Fills `r` from the members of `e`.
result<void, std::string> read_request(const envelope& e, client_request& r) {
  auto& c = r.what;
  if (!json_text::is_string(e.kind))
    return failure("kind: expected a string");
  c.kind = e.line.cut(json_text::body(e.kind));
  if (json_text::is_absent(e.to) && c.kind == "cancel") {
    r.cancel = true;
    if (!r.has_id)
      return failure("request_id: a cancel needs the call's id");
    return {};
  }
  if (!json_text::is_string(e.to))
    return failure("to: expected a string");
  r.to = json_text::unescape(json_text::body(e.to));
  if (!e.payload.empty())
    c.payload = e.line.cut(e.payload);
  if (!json_text::is_absent(e.key)) {
    auto key = json_text::as_text(e.key);
    if (!key)
      return failure("key: expected a string");
    c.key = std::move(*key);
  }
  c.trace = read_trace(e);
  return read_options(e, c);
}

} // namespace

/// Cuts what the one pass leaves to Boost.JSON, and says what is wrong with the rest.
static result<envelope, std::string> cut_checked(const shared_bytes& line) {
  auto text = line.view();
  if (auto valid = json_text::validate(text); !valid)
    return failure("not JSON: " + valid.error());
  if (!json_text::is_object(json_text::trim(text)))
    return failure("not a JSON object");
  envelope e;
  e.line = line;
  json_text::member_reader members{text};
  read_members(e, members);
  return e;
}

result<envelope, std::string> cut_envelope(const shared_bytes& line) {
  result<envelope, std::string> e;
  json_text::checking_member_reader members{line.view()};
  read_members(*e, members);
  if (!members.has_reached_end())
    return cut_checked(line);
  e->line = line;
  return e;
}

result<client_request, bad_request> parse_client_line(const shared_bytes& line,
                                                      steady_clock::time_point now) {
  auto e = cut_envelope(line);
  if (!e)
    return failure(bad_request{{}, false, malformed(std::move(e).error())});
  // Filled where the caller has it: a call is too large to be moved for nothing.
  result<client_request, bad_request> out;
  auto& r = *out;
  r.what.taken = now;
  if (json_text::is_string(e->request_id)) {
    r.has_id = true;
    r.request_id = line.cut(json_text::body(e->request_id));
  } else if (!json_text::is_absent(e->request_id)) {
    out = failure(bad_request{{}, false, malformed("request_id: expected a string")});
    return out;
  }
  if (auto read = read_request(*e, r); !read)
    out =
        failure(bad_request{r.request_id, r.has_id, malformed(std::move(read).error())});
  return out;
}

trace_context_ptr read_trace(const envelope& e) {
  if (e.traceparent.empty())
    return nullptr;
  return trace_context::parse(json_text::as_text(e.traceparent).value_or(""),
                              json_text::as_text(e.tracestate).value_or(""));
}

result<void, std::string> set_timeout(call& c, std::string_view text) {
  auto value = json_text::as_integer(text);
  constexpr auto most = std::chrono::milliseconds{limits::longest_duration}.count();
  if (!value || *value < 1 || *value > most)
    return failure("timeout_ms: expected a whole number of milliseconds, 1 to "
                   + std::to_string(most));
  c.timeout = std::chrono::milliseconds{*value};
  return {};
}

result<void, std::string> set_priority(call& c, std::string_view text) {
  auto value = json_text::as_integer(text);
  if (!value || *value < -limits::highest_priority || *value > limits::highest_priority)
    return failure("priority: expected a whole number from -10 to 10");
  c.priority = static_cast<int8_t>(*value);
  return {};
}

namespace {

void add_id(json_object_appender& line, std::optional<std::string_view> id) {
  if (id)
    line.add_escaped<"request_id">(*id);
  else
    line.add_constant<"request_id", "null">();
}

} // namespace

void append_answer(std::string& out, std::optional<std::string_view> id,
                   std::string_view kind, const call_result& result) {
  json_object_appender line{out};
  add_id(line, id);
  line.add_escaped<"kind">(kind);
  if (result) {
    line.add_json<"payload">(result->payload.view()).add_constant<"error", "null">();
    if (!result->worker.empty())
      line.add_escaped<"worker">(result->worker.view());
  } else {
    line.add_constant<"payload", "null">().add_json<"error">(to_json(result.error()));
  }
  line.end_line();
}

void append_chunk(std::string& out, std::optional<std::string_view> id,
                  std::string_view payload) {
  json_object_appender line{out};
  add_id(line, id);
  line.add_constant<"kind", "\"chunk\"">()
      .add_json<"payload">(payload)
      .add_constant<"error", "null">()
      .end_line();
}

} // namespace troupe::wires
