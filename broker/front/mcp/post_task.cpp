#include "broker/front/mcp/post_task.hpp"

#include "broker/front/http/message/call_headers.hpp"
#include "broker/front/mcp/own_server.hpp"
#include "broker/front/mcp/rpc_answer.hpp"
#include "broker/front/mcp/rpc_form.hpp"
#include "protocol/base/address.hpp"
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

/// Whoever took the call back, it was not the client's to wait for any more.
fault was_cancelled() {
  return {code::cancelled, "the request was cancelled"};
}

/// Why a session does not begin whose server was started and is not known any more.
fault has_died() {
  return {code::worker_died, "the server has ended before it was ready"};
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
  if (auto mistake = mistake_in_message(text.view(), m); !mistake.empty())
    return refuse(request, is_id(m.id) ? m.id : "null", invalid_request, mistake, answer);
  auto has_method = !m.method.empty();
  is_notification_ = !has_method || m.id.empty();
  id_ = is_notification_ ? "null" : std::string{m.id};
  begins_ =
      !is_notification_ && json_text::as_text(m.method).value_or("") == "initialize";
  if (!begins_) {
    auto found = find_session(*terms_, request, id_, answer);
    if (!found)
      return;
    session_ = found->id;
    pool_ = std::move(found->pool);
  }
  head_ = head_for(request, is_notification_ ? 202 : 200);
  if (!has_method) // an answer: no server has asked
    return answer.send(head_, {});
  call c;
  c.kind = text.cut(json_text::body(m.method));
  if (!json_text::is_absent(m.params))
    c.payload = text.cut(m.params);
  c.taken = steady_clock::now();
  c.trace = http::read_trace(request.fields);
  // Servers that remember something of a client get its further calls, if they can.
  if (!terms_->own_servers)
    c.key = session_;
  if (is_notification_)
    take_notification(std::move(c), m.params, answer);
  else
    take_request(request, std::move(c), m.params, answer);
}

void post_task::take_request(const web::web_request& request, call c,
                             std::string_view params, web::web_answer& answer) {
  if (!terms_->own_servers && c.kind.view() == "ping")
    return send(result_message(id_, "{}"), answer);
  auto takes_parts = accepts(request, stream_type);
  wants_stream_ = takes_parts && !accepts(request, json_type) && !accepts(request, "*/*");
  c.stream = takes_parts && !begins_ && !wires::progress_token::find(params).empty();
  if (!begins_) {
    c.request_id = call_name(session_, id_);
    return submit(std::move(c), answer);
  }
  session_ = terms_->sessions.make();
  pool_ = terms_->pool;
  if (!terms_->own_servers)
    return submit(std::move(c), answer);
  waiting_ = std::move(c);
  if (auto asked =
          answer.call_pool(node_target, to_begin_server(terms_->pool, session_,
                                                        terms_->session_idle, params));
      !asked)
    fail(asked.error(), answer);
}

void post_task::submit(call c, web::web_answer& answer) {
  auto name = c.request_id.str();
  if (auto handed = answer.call_pool(pool_, std::move(c)); !handed)
    return fail(handed.error(), answer);
  if (!name.empty())
    open_.emplace(terms_->open, std::move(name), answer.canceller());
}

void post_task::begin_session(const call_result& started, web::web_answer& answer) {
  auto c = *std::exchange(waiting_, std::nullopt);
  if (!started)
    return fail(started.error(), answer);
  session_ = id_of(session_, started->payload.view());
  if (auto own = own_session::parse(session_))
    pool_ = server_of(terms_->pool, *own);
  submit(std::move(c), answer);
}

void post_task::take_notification(call c, std::string_view params,
                                  web::web_answer& answer) {
  if (json_text::unescape(c.kind.view()) == "notifications/cancelled") {
    auto about = json_text::find_member(params, "requestId");
    if (!about)
      return answer.send(head_, {});
    return take_cancellation(*about, answer);
  }
  if (!terms_->own_servers)
    return answer.send(head_, {});
  submit(std::move(c), answer);
}

void post_task::take_cancellation(std::string_view id, web::web_answer& answer) {
  auto name = call_name(session_, id);
  if (terms_->open.cancel(name.view()))
    return answer.send(head_, {});
  // It came to another node, or is none.
  taking_back_.emplace(pool_, name);
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
  if (waiting_)
    return begin_session(result, answer);
  open_.reset();
  if (!result)
    return fail(result.error(), answer);
  if (is_notification_)
    return answer.send(head_, {});
  if (begins_)
    head_.headers.emplace_back("Mcp-Session-Id", session_);
  send(result_message(id_, result->payload.view()), answer);
}

void post_task::fail(const fault& why, web::web_answer& answer) {
  if (terms_->own_servers && !begins_ && !is_streaming_ && tells_of_end(why))
    return send_with(404, no_session_message(id_), answer);
  // The names of servers mean nothing to clients.
  auto is_lost = begins_ && pool_ != terms_->pool && why.what == code::pool_not_found;
  auto message = error_message(id_, why.what == code::cancelled ? was_cancelled()
                                    : is_lost                   ? has_died()
                                                                : why);
  auto is_full = terms_->own_servers && begins_ && why.what == code::busy;
  if (is_full)
    head_.headers.emplace_back("Retry-After", "1");
  if (is_full || is_notification_)
    return send_with(503, message, answer);
  send(message, answer);
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

void post_task::send_with(unsigned status, std::string_view message,
                          web::web_answer& answer) {
  head_.status = status;
  head_.headers.emplace_back("Content-Type", json_type);
  answer.send(head_, message);
}

} // namespace troupe::front::mcp
