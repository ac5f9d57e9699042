#include "broker/front/mcp/listen_task.hpp"

#include "broker/front/event_batch.hpp"
#include "broker/front/mcp/rpc_answer.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/event_batch.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

namespace troupe::front::mcp {

namespace {

constexpr std::string_view kind = "worker_event";

/// Returns what asks for notifications: behind the event that the client saw last, if it
/// was one of this node.
std::string first_query(std::string_view last_id, std::string_view node) {
  json_object_writer query;
  query.add_json("kinds", json_array_writer{}.add(kind).array());
  auto dot = last_id.rfind('.');
  if (dot == last_id.npos || last_id.substr(0, dot) != node)
    return query.object();
  auto digits = last_id.substr(dot + 1);
  auto number =
      json_text::is_valid(digits) ? json_text::as_integer(digits) : std::nullopt;
  if (number && *number >= 0)
    query.add("since", *number);
  return query.object();
}

} // namespace

void listen_task::begin(const web::web_request& request, web::web_answer& answer) {
  if (request.header("Accept").find("text/event-stream") == std::string_view::npos)
    return answer.send(head_for(request, 406, "application/json"),
                       error_message("null", invalid_request,
                                     "Accept: a GET is answered by text/event-stream"));
  if (find_session(*terms_, request, "null", answer).empty())
    return;
  auto where = parse_address(terms_->pool);
  pool_ = where ? where->pool : std::string{};
  node_ = where && !where->node.empty() ? where->node : terms_->node;
  answer.begin_stream(head_for(request, 200, "text/event-stream"));
  answer.send_part(":\n\n"); // so that the client knows that it is heard
  ask(shared_bytes{first_query(request.header("Last-Event-ID"), node_)}, answer);
}

void listen_task::ask(shared_bytes query, web::web_answer& answer) {
  call c;
  c.kind = shared_bytes::literal("events");
  c.payload = std::move(query);
  c.taken = steady_clock::now();
  auto to = std::string{node_target};
  if (node_ != terms_->node)
    to += '@' + node_;
  if (!answer.call_pool(to, std::move(c)))
    answer.end_stream();
}

void listen_task::on_outcome(call_result& result, web::web_answer& answer) {
  if (!result)
    return answer.end_stream();
  auto batch = events_in(*result);
  for (auto& e : batch->events)
    if (e.kind == kind)
      answer.send_part(to_message(e.text.view(), uint64_t{e.seq}));
  json_object_writer query;
  query.add_json("kinds", json_array_writer{}.add(kind).array());
  ask(events_after(query.object(), *batch), answer);
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
