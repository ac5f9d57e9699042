#include "broker/front/mcp/listen_task.hpp"

#include "broker/front/event_batch.hpp"
#include "broker/front/mcp/own_server.hpp"
#include "broker/front/mcp/rpc_answer.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/event_batch.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <algorithm>
#include <chrono>

namespace troupe::front::mcp {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view notifications = "worker_event";
/// How long a server may take for a sign of life; one that has no slot free has calls.
constexpr auto server_patience = 1s;
/// How often it is asked, at the least.
constexpr auto server_silence = 30s;

/// Returns the event that the client saw last, if it was one of this node.
std::optional<int64_t> last_event(std::string_view last_id, std::string_view node) {
  auto dot = last_id.rfind('.');
  if (dot == last_id.npos || last_id.substr(0, dot) != node)
    return std::nullopt;
  auto digits = last_id.substr(dot + 1);
  auto number =
      json_text::is_valid(digits) ? json_text::as_integer(digits) : std::nullopt;
  return number && *number >= 0 ? number : std::nullopt;
}

/// Returns what asks for notifications.
/// @param pool Whose alone they are to be; empty for any.
json_object_writer query_for(std::string_view pool) {
  json_object_writer query;
  query.add_json("kinds", json_array_writer{}.add(notifications).array());
  if (!pool.empty())
    query.add_json("workers", json_array_writer{}.add(pool).array());
  return query;
}

} // namespace

void listen_task::begin(const web::web_request& request, web::web_answer& answer) {
  if (request.header("Accept").find("text/event-stream") == std::string_view::npos)
    return answer.send(head_for(request, 406, "application/json"),
                       error_message("null", invalid_request,
                                     "Accept: a GET is answered by text/event-stream"));
  auto session = find_session(*terms_, request, "null", answer);
  if (!session)
    return;
  auto where = parse_address(session->pool);
  pool_ = where ? where->pool : std::string{};
  node_ = where && !where->node.empty() ? where->node : terms_->node;
  if (terms_->own_servers)
    server_ = session->pool;
  auto about = server_.empty() ? std::string{} : pool_;
  query_ = query_for(about).object();
  auto first = query_for(about);
  if (auto since = last_event(request.header("Last-Event-ID"), node_))
    first.add("since", *since);
  else if (!server_.empty())
    first.add("wait", false); // says from where on: nothing is missed between questions
  next_ = shared_bytes{first.object()};
  head_ = head_for(request, 200, "text/event-stream");
  if (server_.empty())
    begin_stream(answer);
  else
    ask_server(answer);
}

void listen_task::begin_stream(web::web_answer& answer) {
  is_streaming_ = true;
  answer.begin_stream(head_);
  answer.send_part(":\n\n"); // so that the client knows that it is heard
  ask(answer);
}

void listen_task::ask(web::web_answer& answer) {
  call c;
  c.kind = shared_bytes::literal("events");
  c.payload = next_;
  c.taken = steady_clock::now();
  if (!server_.empty())
    c.timeout = std::clamp(terms_->session_idle / 3, std::chrono::milliseconds{1},
                           std::chrono::milliseconds{server_silence});
  auto to = std::string{node_target};
  if (node_ != terms_->node)
    to += '@' + node_;
  if (!answer.call_pool(to, std::move(c)))
    answer.end_stream();
}

void listen_task::ask_server(web::web_answer& answer) {
  asks_server_ = true;
  call c;
  c.kind = shared_bytes::literal("ping");
  c.taken = steady_clock::now();
  c.timeout = server_patience;
  if (auto asked = answer.call_pool(server_, std::move(c)); !asked)
    on_sign(failure(asked.error()), answer);
}

void listen_task::on_sign(const call_result& result, web::web_answer& answer) {
  asks_server_ = false;
  auto is_there = result || !tells_of_end(result.error());
  if (is_there)
    return is_streaming_ ? ask(answer) : begin_stream(answer);
  if (is_streaming_)
    return answer.end_stream(); // the client learns the rest when it comes again
  head_.status = 404;
  for (auto& [name, value] : head_.headers)
    if (name == "Content-Type")
      value = "application/json";
  answer.send(head_, no_session_message("null"));
}

void listen_task::on_outcome(call_result& result, web::web_answer& answer) {
  if (asks_server_)
    return on_sign(result, answer);
  if (!result && !server_.empty() && result.error().what == code::timeout)
    return ask_server(answer);
  if (!result)
    return answer.end_stream();
  auto batch = events_in(*result);
  for (auto& e : batch->events)
    if (e.kind == notifications)
      answer.send_part(to_message(e.text.view(), uint64_t{e.seq}));
  next_ = events_after(query_, *batch);
  ask(answer);
}

std::string listen_task::to_message(std::string_view event, uint64_t number) const {
  auto worker = json_text::text_member(event, "worker").value_or("");
  auto payload = json_text::find_member(event, "payload").value_or("null");
  auto method = json_text::find_member(payload, "method").value_or("null");
  auto of = worker.substr(0, worker.rfind('.'));
  if (of != pool_ || !json_text::is_string(method))
    return {};
  return to_server_sent(
      notification(method, json_text::find_member(payload, "params").value_or("null")),
      node_ + '.' + std::to_string(number));
}

} // namespace troupe::front::mcp
