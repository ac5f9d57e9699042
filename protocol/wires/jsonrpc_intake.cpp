// What a server of JSON-RPC says.
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/wires/jsonrpc.hpp"
#include "protocol/wires/progress_token.hpp"
#include "protocol/wires/worker_fault.hpp"

namespace troupe::wires {

namespace {

/// Payloads are passed on in lines.
shared_bytes on_one_line(const shared_bytes& text) {
  if (text.view().find('\n') == std::string_view::npos)
    return text;
  auto joined = text.str();
  json_text::join_lines(joined, 0);
  return shared_bytes{std::move(joined)};
}

} // namespace

void jsonrpc::feed(const shared_bytes& bytes, std::vector<wire_frame>& out) {
  if (broken_)
    return;
  auto understood = messages_.feed(bytes, cut_);
  for (auto& piece : cut_)
    if (piece.what == jsonrpc_framing::piece::kind::message)
      take_text(piece.bytes, out);
    else
      out.push_back(frame::stray{piece.bytes});
  cut_.clear();
  if (!understood) {
    broken_ = true;
    out.push_back(frame::broken{std::move(understood).error()});
  }
}

void jsonrpc::take_text(const shared_bytes& bytes, std::vector<wire_frame>& out) {
  if (json_text::trim(bytes.view()).empty())
    return append_nothing(out, bytes.size());
  if (!json_text::is_valid(bytes.view())) {
    out.push_back(frame::stray{bytes});
    return;
  }
  auto text = on_one_line(bytes);
  auto value = json_text::trim(text.view());
  if (!json_text::is_array(value))
    return take(text, value, out);
  json_text::element_reader batch{value};
  while (auto one = batch.next())
    take(text, *one, out);
}

void jsonrpc::take(const shared_bytes& text, std::string_view value,
                   std::vector<wire_frame>& out) {
  if (!json_text::is_object(value)) {
    out.push_back(frame::stray{text.cut(value)});
    return;
  }
  auto m = jsonrpc_message::cut(text, value);
  auto has_id = !json_text::is_absent(m.id);
  auto names = json_text::is_string(m.method);
  auto answers = !m.result.empty() || !json_text::is_absent(m.error);
  if (names && has_id)
    take_request(m, out);
  else if (names)
    take_notification(m, out);
  else if (has_id && m.method.empty() && answers)
    take_response(m, out);
  else
    out.push_back(frame::stray{text.cut(value)});
}

void jsonrpc::take_response(const message& m, std::vector<wire_frame>& out) {
  using kind = open_request::kind;
  auto asked = requests_.find(jsonrpc_message::to_number(m.id));
  if (asked == requests_.end()) {
    out.push_back(frame::unknown{});
    return;
  }
  auto r = std::move(asked->second);
  requests_.erase(asked);
  if (r.what == kind::initialize)
    take_greeting(m, out);
  else if (r.what == kind::ping)
    out.push_back(frame::pong{}); // an error is a sign of life as well
  else if (r.what == kind::ping_after_cancel)
    out.push_back(frame::cancelled{r.id});
  else if (json_text::is_absent(m.error))
    out.push_back(frame::answer{r.id, m.text.cut(m.result)});
  else
    out.push_back(frame::answer{r.id, failure(jsonrpc_message::to_fault(m.error))});
}

void jsonrpc::take_greeting(const message& m, std::vector<wire_frame>& out) {
  auto refuse = [&](std::string why) {
    out.push_back(
        frame::refused{{code::handshake_failed, "initialize: " + std::move(why)}});
  };
  if (!json_text::is_absent(m.error))
    return refuse("the server refused: " + to_worker_fault(m.error).message);
  if (!json_text::is_object(m.result))
    return refuse("the result is not an object");
  greeting_ = m.text.cut(m.result);
  frame::ready r;
  r.can = understood();
  if (auto server = json_text::find(m.result, "serverInfo")) {
    r.name = json_text::text_member(*server, "name").value_or("");
    r.version = json_text::text_member(*server, "version").value_or("");
  }
  out.push_back(
      reply(jsonrpc_message::open().add("method", "notifications/initialized").object()));
  out.push_back(std::move(r));
}

void jsonrpc::take_request(const message& m, std::vector<wire_frame>& out) {
  auto method = json_text::as_text(m.method).value_or("");
  auto call = options_.calls.find(method);
  if (call != options_.calls.end()) {
    auto id = jsonrpc_message::to_request_id(m.id);
    asked_.insert(id);
    frame::nested_call made{shared_bytes{std::move(id)}, call->second, {}, {}};
    made.what.kind = m.text.cut(json_text::body(m.method));
    if (!m.params.empty())
      made.what.payload = m.text.cut(m.params);
    out.push_back(std::move(made));
    return;
  }
  auto answer = jsonrpc_message::open();
  answer.add_json("id", m.id);
  auto known = options_.answers.find(method);
  if (known != options_.answers.end())
    answer.add_json("result", known->second);
  else if (method == "ping")
    answer.add_json("result", "{}");
  else
    answer.add_json("error", jsonrpc_message::no_such_method());
  out.push_back(reply(answer.object()));
}

void jsonrpc::take_notification(const message& m, std::vector<wire_frame>& out) {
  auto method = json_text::as_text(m.method).value_or("");
  if (method == "notifications/progress") {
    auto token = json_text::find_member(m.params, "progressToken").value_or("");
    auto asked = requests_.find(jsonrpc_message::to_number(token));
    if (asked != requests_.end() && asked->second.what == open_request::kind::call) {
      auto& r = asked->second;
      out.push_back(frame::chunk{
          r.id, r.token.empty()
                    ? m.text.cut(m.params)
                    : shared_bytes{progress_token::report_with(m.params, r.token)}});
      return;
    }
  }
  if (method == "notifications/cancelled") {
    auto about = json_text::find_member(m.params, "requestId");
    auto id = about ? jsonrpc_message::to_request_id(*about) : std::string{};
    if (asked_.contains(id)) {
      out.push_back(frame::nested_cancel{shared_bytes{std::move(id)}});
      return;
    }
  }
  json_object_writer payload;
  payload.add_json("method", m.method)
      .add_json("params", m.params.empty() ? "null" : m.params);
  out.push_back(frame::event{shared_bytes{payload.object()}});
}

wire_frame jsonrpc::reply(std::string_view text) const {
  frame::reply r;
  append(r.bytes, text);
  return r;
}

} // namespace troupe::wires
