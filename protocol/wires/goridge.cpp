#include "protocol/wires/goridge.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/web/web_frame.hpp"
#include "protocol/wires/goridge_payload.hpp"
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
  node_pid_ = g.pid;
  ask_for_pid(out);
}

void goridge::ask_for_pid(std::string& out) const {
  append(out, control | json, 0, std::nullopt,
         json_object_writer{}.add("pid", node_pid_).object());
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
  told_to_stop_ = false;
  status_ = 0;
  joined_context_.clear();
  joined_body_.clear();
  form_ = f;
  append(out, flags, 0, context, body);
  return {};
}

bool goridge::send_cancel(std::string& out, slot_id id) {
  if (current_ != id || !streaming_)
    return false;
  if (held_)
    return true; // it has ended by itself
  // Workers that do not know the flag read an empty call, which ends most of their loops.
  append(out, 0, stop, "", {});
  told_to_stop_ = true;
  ask_for_pid(out);
  ++questions_;
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

void goridge::feed_end(std::vector<wire_frame>& out) {
  if (held_)
    release(out);
}

void goridge::lose(std::string why, std::vector<wire_frame>& out) {
  if (held_)
    release(out);
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
  if (current_)
    take_answer(f, context, body, out);
  else if (leaves_)
    append_nothing(out, payload.size());
  else if (ready_ && is_stop(f, context, body))
    out.push_back(frame::retire{});
  else if (ready_ && (f.flags & error) != 0)
    out.push_back(error_beside_answer(body));
  else
    lose("an answer came that no call waited for", out);
}

void goridge::take_control(std::string_view payload, std::vector<wire_frame>& out) {
  if (ready_ && says_stop(payload)) {
    if (held_)
      release(out);
    out.push_back(frame::retire{std::exchange(current_, std::nullopt)});
    return;
  }
  if (ready_ && (questions_ == 0 || !says_pid(payload))) {
    append_nothing(out, payload.size());
    return;
  }
  if (ready_) {
    if (--questions_ == 0 && held_)
      release(out);
    return;
  }
  if (!says_pid(payload)) {
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

} // namespace troupe::wires
