#include "broker/front/mcp/post_task.hpp"

#include "broker/front/http/message/call_headers.hpp"
#include "broker/front/mcp/rpc_answer.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/wires/jsonrpc_message.hpp"
#include "protocol/wires/progress_token.hpp"

namespace troupe::front::mcp {

namespace {

constexpr auto json_type = "application/json";
constexpr auto stream_type = "text/event-stream";

/// Whether the client takes answers of this type, by its `Accept`.
bool accepts(const web::web_request& request, std::string_view type) {
  auto all = request.header("Accept");
  return all.find(type) != all.npos;
}

void refuse(const web::web_request& request, std::string_view id, int code,
            std::string_view why, web::web_answer& answer) {
  answer.send(head_for(request, 400, json_type), error_message(id, code, why));
}

} // namespace

result<> post_task::take_body(std::string_view bytes) {
  body_ += bytes;
  return {};
}

void post_task::begin(const web::web_request& request, web::web_answer& answer) {
  shared_bytes text{std::move(body_)};
  auto value = json_text::trim(text.view());
  if (auto valid = json_text::validate(value); !valid)
    return refuse(request, "null", parse_error, "the body is no JSON: " + valid.error(),
                  answer);
  if (!json_text::is_object(value))
    return refuse(request, "null", invalid_request,
                  "expected one message, which is an object", answer);
  take(request, text.cut(value), answer);
}

void post_task::take(const web::web_request& request, const shared_bytes& text,
                     web::web_answer& answer) {
  auto m = wires::jsonrpc_message::cut(text, text.view());
  if (!json_text::is_absent(m.method) && !json_text::is_string(m.method))
    return refuse(request, "null", invalid_request, "method: expected a string", answer);
  auto is_call = json_text::is_string(m.method) && !json_text::is_absent(m.id);
  id_ = is_call ? std::string{m.id} : "null";
  auto method = json_text::as_text(m.method).value_or("");
  begins_ = is_call && method == "initialize";
  std::string_view session;
  if (!begins_ && (session = find_session(*terms_, request, id_, answer)).empty())
    return;
  if (!is_call)
    return take_notification(request, session, method, m.params, answer);
  head_ = head_for(request, 200);
  if (method == "ping")
    return send(result_message(id_, "{}"), answer);
  call c;
  c.kind = text.cut(json_text::body(m.method));
  if (!json_text::is_absent(m.params))
    c.payload = text.cut(m.params);
  // Servers that remember something of a client get its further calls, if they can.
  c.key = session;
  if (!begins_)
    c.request_id = call_name(session, m.id);
  submit(request, std::move(c), m.params, answer);
}

void post_task::submit(const web::web_request& request, call c, std::string_view params,
                       web::web_answer& answer) {
  auto takes_parts = accepts(request, stream_type);
  wants_stream_ = takes_parts && !accepts(request, json_type) && !accepts(request, "*/*");
  c.stream = takes_parts && !begins_ && !wires::progress_token::find(params).empty();
  c.taken = steady_clock::now();
  c.trace = http::read_trace(request.fields);
  if (auto handed = answer.call_pool(terms_->pool, std::move(c)); !handed)
    send(error_message(id_, handed.error()), answer);
}

void post_task::take_notification(const web::web_request& request,
                                  std::string_view session, std::string_view method,
                                  std::string_view params, web::web_answer& answer) {
  head_ = head_for(request, 202);
  auto about = method == "notifications/cancelled"
                   ? json_text::find_member(params, "requestId")
                   : std::nullopt;
  if (!about)
    return answer.send(head_, {});
  taking_back_.emplace(terms_->pool, call_name(session, *about));
  if (!taking_back_->begin(answer))
    answer.send(head_, {});
}

void post_task::on_part(const shared_bytes& payload, web::web_answer& answer) {
  if (!std::exchange(is_streaming_, true)) {
    head_.headers.emplace_back("Content-Type", stream_type);
    answer.begin_stream(head_);
  }
  answer.send_part(
      to_server_sent(notification("\"notifications/progress\"", payload.view())));
}

void post_task::on_outcome(call_result& result, web::web_answer& answer) {
  if (taking_back_) {
    if (!taking_back_->go_on(result, answer))
      answer.send(head_, {});
    return;
  }
  if (!result)
    return send(error_message(id_, result.error()), answer);
  if (begins_)
    head_.headers.emplace_back("Mcp-Session-Id", terms_->sessions.make());
  send(result_message(id_, result->payload.view()), answer);
}

void post_task::send(std::string_view message, web::web_answer& answer) {
  if (!is_streaming_ && !wants_stream_) {
    head_.headers.emplace_back("Content-Type", json_type);
    return answer.send(head_, message);
  }
  if (!is_streaming_) {
    head_.headers.emplace_back("Content-Type", stream_type);
    answer.begin_stream(head_);
  }
  answer.send_part(to_server_sent(message));
  answer.end_stream();
}

} // namespace troupe::front::mcp
