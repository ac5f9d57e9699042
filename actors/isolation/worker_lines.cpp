#include "actors/isolation/worker_lines.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/wires/envelope.hpp"

#include <algorithm>

namespace troupe::isolation {

namespace {

/// Begins the ids of the worker's own calls. Those of the node have another form.
constexpr std::string_view own_prefix = "call-";

/// Returns the fault that a node has written as a JSON object.
fault to_fault_of(std::string_view error) {
  auto name = json_text::text_member(error, "code").value_or("");
  return {code_from_name(name).value_or(code::internal),
          json_text::text_member(error, "message").value_or(std::string{error})};
}

call_result to_result(const wires::envelope& e) {
  if (!json_text::is_absent(e.error))
    return failure(to_fault_of(e.error));
  outcome out;
  if (!e.payload.empty())
    out.payload = e.line.cut(e.payload);
  auto worker = json_text::find(e.line.view(), "worker").value_or("");
  if (json_text::is_string(worker))
    out.worker = e.line.cut(json_text::body(worker));
  return out;
}

said::hello to_hello(std::string_view payload) {
  auto text = [payload](const char* key) {
    return json_text::text_member(payload, key).value_or("");
  };
  return {text("node"), text("pool"), text("worker")};
}

said::run to_run(const wires::envelope& e, shared_bytes id) {
  auto line = e.line.view();
  auto left = json_text::as_integer(json_text::find(line, "deadline_ms").value_or(""));
  constexpr auto longest = std::chrono::milliseconds{limits::longest_duration}.count();
  auto within = std::clamp(left.value_or(longest), int64_t{0}, int64_t{longest});
  return {std::move(id),
          e.line.cut(json_text::body(e.kind)),
          e.payload.empty() ? null_payload() : e.line.cut(e.payload),
          std::chrono::milliseconds{within},
          json_text::as_bool(e.stream).value_or(false),
          wires::read_trace(e)};
}

/// Returns an object that the node takes for the error of a worker.
std::string to_error_object(const fault& f) {
  auto relayed = '{' + f.details.relayed + '}';
  auto named = json_text::text_member(relayed, "worker_code");
  json_object_writer out;
  out.add("code", f.what == code::worker_error && named ? *named : to_string(f.what))
      .add("message", f.message);
  std::string buffer;
  json_text::member_reader members{relayed};
  while (auto m = members.next())
    if (json_text::plain_key(m->key, buffer) != "worker_code")
      out.add_spelled(m->key, m->value);
  return out.object();
}

json_object_writer envelope_of(std::string_view kind, std::string_view id) {
  json_object_writer out;
  out.add("kind", kind).add_escaped("request_id", id);
  return out;
}

/// @param json JSON text, which may have line ends between its tokens.
void add_payload(json_object_writer& out, std::string_view json) {
  std::string one_line;
  json_text::append_on_one_line(one_line, json);
  out.add_json("payload", one_line);
}

std::string as_line(json_object_writer& out) {
  return out.object() + '\n';
}

} // namespace

node_line read_line(const shared_bytes& line) {
  auto e = wires::cut_envelope(line);
  if (!e || !json_text::is_string(e->kind))
    return said::other{};
  auto kind = json_text::unescape(json_text::body(e->kind));
  if (!json_text::is_string(e->request_id)) {
    if (kind == "hello")
      return to_hello(e->payload);
    return kind == "shutdown" ? node_line{said::shutdown{}} : said::other{};
  }
  auto id = line.cut(json_text::body(e->request_id));
  if (id.view().starts_with(own_prefix))
    return said::answer{id.str(), to_result(*e)};
  if (kind == "cancel")
    return said::cancel{std::move(id)};
  if (kind == "ping")
    return said::ping{std::move(id)};
  return kind == "end_session" ? node_line{said::other{}} : to_run(*e, std::move(id));
}

std::string ready_line(const worker_introduction& who) {
  auto can = std::string{who.can_cancel ? R"(["ping","cancel"])" : R"(["ping"])"};
  json_object_writer payload;
  payload.add("protocol", 1)
      .add("name", who.name)
      .add("version", who.version)
      .add_json("capabilities", can);
  json_object_writer out;
  out.add("kind", "ready").add_json("payload", payload.object());
  return as_line(out);
}

std::string pong_line(std::string_view id) {
  auto out = envelope_of("pong", id);
  return as_line(out);
}

std::string result_line(std::string_view id, const call_result& result) {
  auto out = envelope_of("result", id);
  if (result)
    add_payload(out, result->payload.view());
  else
    out.add_json("error", to_error_object(result.error()));
  return as_line(out);
}

std::string chunk_line(std::string_view id, std::string_view payload) {
  auto out = envelope_of("chunk", id);
  add_payload(out, payload);
  return as_line(out);
}

std::string event_line(std::string_view payload) {
  json_object_writer out;
  out.add("kind", "event");
  add_payload(out, payload);
  return as_line(out);
}

std::string log_line_of(const log_line& line) {
  json_object_writer payload;
  payload.add("level", word_for(line.severity)).add("message", line.text);
  json_object_writer out;
  out.add("kind", "log").add_json("payload", payload.object());
  return as_line(out);
}

std::string own_id(uint64_t n) {
  return std::string{own_prefix} + std::to_string(n);
}

std::string call_line(std::string_view id, const pool_call& c,
                      std::optional<std::string_view> parent) {
  json_object_writer payload;
  payload.add("to", c.to).add_escaped("kind", c.kind.view());
  add_payload(payload, c.payload.view());
  if (!c.key.empty())
    payload.add("key", c.key);
  payload.add("priority", int{std::clamp(c.priority, int8_t{-10}, int8_t{10})})
      .add("idempotent", c.idempotent);
  if (c.timeout)
    payload.add("timeout_ms", std::max<int64_t>(c.timeout->count(), 1));
  if (parent)
    payload.add_escaped("parent", *parent);
  if (c.trace)
    payload.add("traceparent", c.trace->traceparent());
  if (c.trace && !c.trace->tracestate().empty())
    payload.add("tracestate", c.trace->tracestate());
  auto out = envelope_of("call", id);
  out.add_json("payload", payload.object());
  return as_line(out);
}

std::string cancel_line(std::string_view id) {
  auto out = envelope_of("cancel", id);
  return as_line(out);
}

} // namespace troupe::isolation
