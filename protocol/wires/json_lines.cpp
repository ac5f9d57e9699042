#include "protocol/wires/json_lines.hpp"

#include "protocol/base/json_appender.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/wires/log_payload.hpp"
#include "protocol/wires/worker_fault.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace troupe::wires {

namespace {

void append_number(std::string& out, uint32_t x) {
  char digits[10];
  auto end = std::to_chars(digits, digits + sizeof digits, x).ptr;
  out.append(digits, end);
}

/// Kinds with a meaning of their own: as calls they would make the worker stop, or their
/// answers be taken for something else.
constexpr std::array<std::string_view, 10> reserved_kinds = {
    "hello", "ready", "chunk", "cancel",   "ping",
    "pong",  "event", "log",   "shutdown", "end_session"};

/// @param plain Without escapes.
bool is_reserved(std::string_view plain) {
  return std::find(reserved_kinds.begin(), reserved_kinds.end(), plain)
         != reserved_kinds.end();
}

/// Opens an envelope up to and including the `request_id` of a call.
json_object_appender open_envelope(std::string& out, std::string_view kind, slot_id id) {
  std::string text;
  append_number(text, id.slot);
  text += '.';
  append_number(text, id.generation);
  json_object_appender line{out};
  line.add_escaped<"kind">(kind).add_escaped<"request_id">(text);
  return line;
}

/// Reads back the `request_id` that `open_envelope` wrote.
std::optional<slot_id> parse_slot(std::string_view text) {
  slot_id id;
  auto end = text.data() + text.size();
  auto [dot, ec] = std::from_chars(text.data(), end, id.slot);
  if (ec != std::errc{} || dot == end || *dot != '.')
    return std::nullopt;
  auto [rest, ec2] = std::from_chars(dot + 1, end, id.generation);
  if (ec2 != std::errc{} || rest != end)
    return std::nullopt;
  return id;
}

wire_frame refuse(code what, std::string message) {
  return frame::refused{{what, std::move(message)}};
}

/// Reads a `capabilities` array, e.g. `["cancel","ping"]`; unknown names are for later.
void read_capabilities(std::string_view list, frame::ready& r) {
  constexpr std::array<std::pair<std::string_view, capability>, 3> known = {{
      {"cancel", capability::cancel},
      {"ping", capability::ping},
      {"end_session", capability::end_session},
  }};
  json_text::element_reader names{list};
  while (auto element = names.next()) {
    auto name = json_text::as_text(*element);
    for (auto& [word, what] : known)
      if (name == word)
        r.can.add(what);
  }
}

wire_frame read_ready(std::string_view payload) {
  if (!json_text::is_object(payload))
    return refuse(code::handshake_failed, "ready: the payload is not an object");
  auto protocol = json_text::find(payload, "protocol");
  auto number = protocol ? json_text::as_integer(*protocol) : std::nullopt;
  if (number != json_lines::version)
    return refuse(code::version_mismatch,
                  "the worker speaks protocol " + std::string{protocol.value_or("null")}
                      + ", this node speaks " + std::to_string(json_lines::version));
  frame::ready r;
  std::string buffer;
  json_text::member_reader reader{payload};
  while (auto m = reader.next()) {
    if (json_text::is_null(m->value))
      continue;
    auto key = json_text::plain_key(m->key, buffer);
    if (key == "window") {
      auto window = json_text::as_integer(m->value);
      if (!window || *window < 1 || *window > UINT32_MAX)
        return refuse(code::handshake_failed,
                      "ready: window: expected a whole number from 1, not "
                          + std::string{m->value});
      r.window = static_cast<uint32_t>(*window);
    } else if (key == "name") {
      r.name = json_text::as_text(m->value).value_or("");
    } else if (key == "version") {
      r.version = json_text::as_text(m->value).value_or("");
    } else if (key == "capabilities") {
      read_capabilities(m->value, r);
    }
  }
  return r;
}

/// Reads a call that the worker makes; its payload is what a client would send.
wire_frame read_nested_call(const envelope& e) {
  auto id = e.line.cut(json_text::body(e.request_id));
  auto refused = [&](std::string why) {
    return frame::bad_nested_call{id, {code::bad_request, "call: " + std::move(why)}};
  };
  if (!json_text::is_object(e.payload))
    return refused("the payload is not an object");
  auto request = parse_client_line(e.line.cut(e.payload), {});
  if (!request)
    return refused(std::move(request.error().why.message));
  if (request->cancel)
    return refused("to: expected a string");
  if (request->what.stream)
    return refused("stream: a worker gets answers whole");
  frame::nested_call call{id, std::move(request->to), std::move(request->what), {}};
  auto parent = json_text::find(e.payload, "parent").value_or("null");
  if (json_text::is_null(parent))
    return call;
  auto text = json_text::as_text(parent);
  call.parent = text ? parse_slot(*text) : std::nullopt;
  if (!call.parent)
    return refused("parent: expected the request_id of a call to this worker");
  return call;
}

} // namespace

wire_kind json_lines::kind() {
  return {.traits = {.name = "json-lines", .may_dial_in = true, .may_survive = true},
          .make = &make};
}

std::unique_ptr<wire> json_lines::make(const config::pool& pool) {
  return std::make_unique<json_lines>(pool.max_frame);
}

void json_lines::feed(const shared_bytes& bytes, std::vector<wire_frame>& out) {
  if (broken_)
    return;
  if (lines_.feed(bytes, [&](const shared_bytes& line) { take_line(line, out); }))
    return;
  broken_ = true;
  out.push_back(frame::broken{"a line is longer than max_frame"});
}

void json_lines::take_line(const shared_bytes& line, std::vector<wire_frame>& out) {
  if (json_text::trim(line.view()).empty())
    return append_nothing(out, line.size());
  auto e = cut_envelope(line);
  if (!e) {
    out.push_back(frame::stray{line});
    return;
  }
  auto kind =
      json_text::is_string(e->kind) ? json_text::body(e->kind) : std::string_view{};
  auto payload = e->payload.empty() ? null_payload() : line.cut(e->payload);
  if (json_text::is_string(e->request_id)) {
    auto id = parse_slot(json_text::body(e->request_id));
    // A slot's id is that of an answer, whatever its kind: a call may be named pong.
    if (!id && kind == "call")
      out.push_back(read_nested_call(*e));
    else if (!id && kind == "cancel")
      out.push_back(frame::nested_cancel{line.cut(json_text::body(e->request_id))});
    else if (!id && kind == "pong")
      out.push_back(frame::pong{});
    else if (!id)
      out.push_back(frame::unknown{});
    else if (web_calls_.has(*id))
      out.push_back(web_calls_.take(*id, *e, kind == "chunk"));
    else if (kind == "chunk")
      out.push_back(frame::chunk{*id, std::move(payload)});
    else if (json_text::is_absent(e->error))
      out.emplace_back(std::in_place_type<frame::answer>, *id, std::move(payload),
                       kind == "paused" ? step_result::paused : step_result::done);
    else
      out.push_back(frame::answer{*id, failure(to_worker_fault(e->error))});
  } else if (kind == "ready") {
    out.push_back(read_ready(payload.view()));
  } else if (kind == "event") {
    out.push_back(frame::event{std::move(payload)});
  } else if (kind == "metric") {
    out.push_back(frame::metric{std::move(payload)});
  } else if (kind == "log") {
    out.push_back(read_log_payload(payload.view()));
  } else {
    out.push_back(frame::unknown{});
  }
}

void json_lines::send_handshake(std::string& out, const handshake& g) {
  json_object_writer payload;
  payload.add("protocol", version)
      .add("node", g.node)
      .add("pool", g.pool)
      .add("worker", g.worker)
      .add("window", g.window);
  json_object_appender{out}
      .add_constant<"kind", "\"hello\"">()
      .add_json<"payload">(payload.object())
      .add_constant<"error", "null">()
      .end_line();
}

result<> json_lines::send_call(std::string& out, slot_id id, std::string_view kind,
                               std::string_view payload, const call_terms& terms) {
  std::string buffer;
  if (auto plain = json_text::plain_key(kind, buffer); is_reserved(plain))
    return failure(code::bad_request, "kind: '" + std::string{plain}
                                          + "' is a word of the workers' own protocol");
  std::string request;
  if (terms.form == payload_form::web) {
    auto made = web_calls_.begin(id, payload, max_frame_);
    if (!made)
      return failure(std::move(made).error());
    payload = request = std::move(*made);
  }
  auto line = open_envelope(out, kind, id);
  line.add_with<"payload">(
          [&](std::string& to) { json_text::append_on_one_line(to, payload); })
      .add_constant<"error", "null">()
      .add<"deadline_ms">(std::max<int64_t>(terms.left.count(), 0));
  if (terms.parts)
    line.add_constant<"stream", "true">();
  if (terms.trace) {
    line.add_escaped<"traceparent">(terms.trace->traceparent());
    if (!terms.trace->tracestate().empty())
      line.add<"tracestate">(terms.trace->tracestate());
  }
  line.end_line();
  return {};
}

bool json_lines::send_cancel(std::string& out, slot_id id) {
  open_envelope(out, "cancel", id).end_line();
  return true;
}

bool json_lines::send_end(std::string& out, slot_id id, std::string_view session) {
  open_envelope(out, "end_session", id)
      .add_json<"payload">(json_object_writer{}.add("session_id", session).object())
      .add_constant<"error", "null">()
      .end_line();
  return true;
}

void json_lines::send_ping(std::string& out, uint64_t number) {
  json_object_appender{out}
      .add_constant<"kind", "\"ping\"">()
      .add_escaped<"request_id">("ping." + std::to_string(number))
      .end_line();
}

void json_lines::send_outcome(std::string& out, std::string_view request_id,
                              const call_result& result) {
  auto begin = out.size();
  // Not the kind that was called: a worker might take that for an order to itself.
  append_answer(out, request_id, "call", result);
  json_text::join_lines(out, begin); // a line break within would end the line
  out.back() = '\n';
}

void json_lines::send_stop(std::string& out, std::string_view reason,
                           std::chrono::milliseconds grace) {
  json_object_writer payload;
  payload.add("reason", reason).add("grace_ms", std::max<int64_t>(grace.count(), 0));
  json_object_appender{out}
      .add_constant<"kind", "\"shutdown\"">()
      .add_json<"payload">(payload.object())
      .end_line();
}

} // namespace troupe::wires
