#include "protocol/wires/goridge.hpp"

#include "protocol/base/json_appender.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/printable.hpp"
#include "protocol/web/web_frame.hpp"
#include "protocol/wires/goridge_payload.hpp"
#include "protocol/wires/web_json.hpp"
#include "protocol/wires/worker_fault.hpp"

#include <utility>

namespace troupe::wires {

namespace {

using namespace goridge_frame;

/// The release of RoadRunner whose protocol this is.
constexpr auto roadrunner_version = "2023.3.0";

/// RoadRunner's default address for calls back to it. Workers' libraries want to find one
/// in their environment; here nobody listens there.
constexpr auto no_rpc = "tcp://127.0.0.1:6001";

/// Returns what an answer to a web call without a context stands for.
std::string plain_head() {
  return json_object_writer{}.add("status", 200).add_json("headers", "{}").object();
}

bool says_stop(std::string_view json) {
  return json_text::is_valid(json) && json_text::is_object(json_text::trim(json))
         && json_text::find(json, "stop") == "true";
}

/// Whether the worker asks for its retirement in place of an answer, as `stop()` of the
/// PHP worker does.
bool is_stop(const goridge_frame::frame& f, std::string_view context,
             std::string_view body) {
  return (f.flags & error) == 0 && (f.stream_bits & stream) == 0 && body.empty()
         && says_stop(context);
}

} // namespace

wire_kind goridge::kind() {
  return {.traits = {.name = "goridge", .most_window = 1},
          .make = &make,
          .whole_heads = true,
          .environment = &set_environment};
}

std::unique_ptr<wire> goridge::make(const config::pool& pool) {
  return std::make_unique<goridge>(pool.max_frame);
}

void goridge::set_environment(const config::pool& pool, variables& env) {
  using config::transport;
  env["RR_RELAY"] = pool.transport == transport::unix_socket ? "unix://{socket}"
                    : pool.transport == transport::tcp       ? "tcp://{socket}"
                                                             : "pipes";
  env["RR_MODE"] = pool.name;
  env["RR_VERSION"] = roadrunner_version;
  env["RR_RPC"] = no_rpc;
}

void goridge::send_handshake(std::string& out, const handshake& g) {
  append(out, control | json, 0, std::nullopt,
         json_object_writer{}.add("pid", g.pid).object());
}

result<> goridge::send_call(std::string& out, slot_id id, std::string_view kind,
                            std::string_view payload, const call_terms& terms) {
  if (terms.form == payload_form::web)
    return send_web_call(out, id, payload);
  auto both = json_text::unescape(kind) == raw_kind;
  auto parts = both ? read_raw(payload) : call_parts{.body = to_part(payload)};
  if (!parts)
    return failure(std::move(parts).error());
  auto& [context, body] = *parts;
  return send_parts(out, id, 0, context.bytes, body.bytes,
                    {body.is_text, context.is_text, both, terms.parts});
}

result<> goridge::send_web_call(std::string& out, slot_id id, std::string_view payload) {
  auto parts = web::split(payload);
  if (!parts)
    return failure(std::move(parts).error());
  return send_parts(out, id, json, parts->head, parts->body,
                    {.in_parts = true, .web = true});
}

result<> goridge::send_parts(std::string& out, slot_id id, uint8_t flags,
                             std::string_view context, std::string_view body, form f) {
  auto size = context.size() + body.size();
  if (size > max_frame_)
    return failure(too_large(size, max_frame_));
  current_ = id;
  streaming_ = false;
  has_status_ = false;
  joined_context_.clear();
  joined_body_.clear();
  form_ = f;
  append(out, flags, 0, context, body);
  return {};
}

bool goridge::send_cancel(std::string& out, slot_id id) {
  if (current_ != id || !streaming_)
    return false;
  append(out, 0, stop, std::nullopt, {});
  return true;
}

void goridge::send_stop(std::string& out, std::string_view, std::chrono::milliseconds) {
  append(out, control | json, 0, std::nullopt,
         json_object_writer{}.add("stop", true).object());
}

void goridge::feed(const shared_bytes& bytes, std::vector<wire_frame>& out) {
  if (broken_)
    return;
  auto understood = frames_.feed(bytes, cut_);
  for (auto& f : cut_)
    if (!broken_)
      take(f, out);
  cut_.clear();
  if (!understood && !broken_)
    lose(std::move(understood).error(), out);
}

void goridge::lose(std::string why, std::vector<wire_frame>& out) {
  broken_ = true;
  out.push_back(frame::broken{std::move(why)});
}

void goridge::take(const goridge_frame::frame& f, std::vector<wire_frame>& out) {
  auto payload = f.payload.view();
  auto context = payload.substr(0, f.context_size.value_or(0));
  auto body = payload.substr(context.size());
  if (f.context_size.value_or(0) > payload.size()) {
    lose("the context of a goridge frame is longer than its payload", out);
    return;
  }
  if (f.flags & control) {
    take_control(payload, out);
    return;
  }
  auto pinged = (f.stream_bits & ping) != 0;
  if (pinged) {
    std::string answer;
    append(answer, 0, pong, std::nullopt, {});
    out.push_back(frame::reply{std::move(answer)});
  }
  // A frame that is nothing but a ping, a pong or a word to stop answers no call.
  if ((f.stream_bits & (ping | pong | stop)) != 0 && (f.stream_bits & stream) == 0
      && payload.empty()) {
    if (!pinged)
      append_nothing(out, 0);
    return;
  }
  if (!ready_ && !current_ && (f.flags & error) != 0) {
    out.push_back(frame::refused{
        {code::handshake_failed, "the worker refused: " + std::string{body}}});
    return;
  }
  if (!current_) {
    if (ready_ && is_stop(f, context, body))
      out.push_back(frame::retire{});
    else
      lose("an answer came that no call waited for", out);
    return;
  }
  take_answer(f, context, body, out);
}

void goridge::take_control(std::string_view payload, std::vector<wire_frame>& out) {
  if (ready_) {
    if (says_stop(payload))
      out.push_back(frame::retire{std::exchange(current_, std::nullopt)});
    else
      append_nothing(out, payload.size());
    return;
  }
  auto valid =
      json_text::is_valid(payload) && json_text::is_object(json_text::trim(payload));
  auto pid = valid ? json_text::find(payload, "pid") : std::nullopt;
  if (!pid || !json_text::as_integer(*pid)) {
    out.push_back(frame::refused{
        {code::handshake_failed, "expected the worker's {\"pid\":…}, not '"
                                     + std::string{payload.substr(0, 100)} + "'"}});
    return;
  }
  ready_ = true;
  frame::ready r;
  r.window = 1;
  r.can = {capability::cancel}; // while it streams
  out.push_back(std::move(r));
}

void goridge::take_answer(const goridge_frame::frame& f, std::string_view context,
                          std::string_view body, std::vector<wire_frame>& out) {
  auto id = *current_;
  if ((f.stream_bits & stream) != 0) {
    streaming_ = true;
    if (form_.web)
      out.push_back(frame::chunk{id, to_web_part(context, body)});
    else if (form_.in_parts)
      out.push_back(frame::chunk{id, to_payload(f.flags, context, body)});
    else
      join(context, body, out);
    return;
  }
  if ((f.flags & error) != 0) {
    current_.reset();
    out.push_back(frame::answer{id, failure(fault{code::worker_error, std::string{body},
                                                  worker_code(std::nullopt)})});
  } else if (!streaming_ && is_stop(f, context, body)) {
    current_.reset();
    out.push_back(frame::retire{id});
  } else if (form_.web) {
    current_.reset();
    out.push_back(frame::answer{id, to_web_end(context, body)});
  } else if (streaming_ && !form_.in_parts) {
    join(context, body, out);
    if (broken_)
      return;
    current_.reset();
    out.push_back(frame::answer{id, to_payload(f.flags, joined_context_, joined_body_)});
  } else {
    current_.reset();
    out.push_back(frame::answer{id, to_payload(f.flags, context, body)});
  }
}

void goridge::join(std::string_view context, std::string_view body,
                   std::vector<wire_frame>& out) {
  joined_context_ += context;
  joined_body_ += body;
  if (joined_context_.size() + joined_body_.size() > max_frame_)
    lose("the parts of an answer are longer together than max_frame", out);
}

shared_bytes goridge::to_web_part(std::string_view context, std::string_view body) {
  // Workers say status and headers again with each part.
  if (has_status_)
    return web::join({{}, body});
  if (context.empty()) {
    has_status_ = true;
    return web::join({plain_head(), body});
  }
  // A status that cannot be read is for whoever answers the request.
  has_status_ = status_in(context).value_or(least_final_status) >= least_final_status;
  return web::join({context, body});
}

result<shared_bytes> goridge::to_web_end(std::string_view context,
                                         std::string_view body) {
  if (!has_status_ && !context.empty()
      && status_in(context).value_or(0) < least_final_status)
    return failure(
        code::protocol_error,
        "the answer to a web request: expected a context with a status from 200, not '"
            + printable(context.substr(0, 100)) + "'");
  return to_web_part(context, body);
}

shared_bytes goridge::to_payload(uint8_t flags, std::string_view context,
                                 std::string_view body) const {
  std::string out;
  if (!form_.both) {
    append_json(out, body, form_.body_is_text);
    return shared_bytes{std::move(out)};
  }
  // The bits of the codec are those of the context: the body is bytes.
  auto context_is_text = form_.context_is_text && (flags & json) == 0;
  json_object_appender{out}
      .add_with<"context">(
          [&](std::string& to) { append_json(to, context, context_is_text); })
      .add_with<"body">(
          [&](std::string& to) { append_json(to, body, form_.body_is_text); })
      .end();
  return shared_bytes{std::move(out)};
}

} // namespace troupe::wires
