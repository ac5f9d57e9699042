#include "broker/front/event_batch.hpp"
#include "broker/front/front_limits.hpp"
#include "broker/front/http/http_connection.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/wires/envelope.hpp"

/// Answers that come in parts: server-sent events.
namespace troupe::front::http {

void http_connection::begin_stream(exchange& e) {
  e.streaming = true;
  if (e.form.http_1_0) { // only the end of the connection ends it
    e.form.keep_alive = false;
    last_request_ = true;
  }
  append_http_stream_head(e.answer, e.form, date_.now());
  count(e, ok_status);
}

namespace {

/// Returns a server-sent event of the line that `append` adds to it. Both line ends would
/// end a line there, too.
template <class F>
std::string to_event(F append) {
  std::string event = "data: ";
  append(event);
  json_text::join_lines(event, 0);
  event.back() = '\n';
  event += '\n';
  return event;
}

} // namespace

void http_connection::on_chunk(tag_id tag, const shared_bytes& payload) {
  auto e = exchanges_.find(tag);
  if (!e)
    return;
  if (!e->streaming)
    begin_stream(*e);
  auto part = to_event(
      [&](std::string& out) { wires::append_chunk(out, e->id(), payload.view()); });
  append_http_part(e->answer, part, e->form);
  send_ready();
}

void http_connection::end_stream(exchange& e, const call_result& result) {
  auto part = to_event([&](std::string& out) {
    wires::append_answer(out, e.id(), e.kind.view(), result);
  });
  append_http_part(e.answer, part, e.form);
  append_http_last_part(e.answer, e.form);
  e.answered = true;
}

void http_connection::stream_events(exchange& e, const call_result& result) {
  if (!result && !e.streaming)
    return answer(e, result);
  if (!result) {
    append_http_last_part(e.answer, e.form);
    e.answered = true;
    return;
  }
  if (!e.streaming)
    begin_stream(e);
  auto batch = events_in(*result);
  if (auto part = to_server_sent(*batch); !part.empty())
    append_http_part(e.answer, part, e.form);
  auto& f = *e.follows;
  f.next = std::make_unique<call>();
  f.next->kind = e.kind;
  f.next->payload = events_after(f.query.view(), *batch);
  if (!f.node.empty()) {
    f.next->pool = node_target;
    f.next->node = f.node;
  }
}

/// A client that reads slowly is not asked for more: the ring forgets, and says so.
void http_connection::on_output_drained() {
  if (socket_)
    return socket_->on_drained();
  if (exchanges_.empty() && std::exchange(scraping_, false)) {
    parse();
    return send(); // ends the connection, if there was nothing left to parse
  }
  if (exchanges_.empty()) {
    if (!rhythm_.goes_on())
      shrink();
    return;
  }
  if (!exchanges_.front().rest.empty())
    return send_ready();
  auto& follows = exchanges_.front().follows;
  if (!follows || !follows->next)
    return;
  auto& e = exchanges_.front();
  auto more = std::move(e.follows->next);
  more->taken = steady_clock::now();
  submit_now(e.who, std::move(*more), exchanges_.first_tag());
}

void http_connection::probe_client() {
  if (exchanges_.empty() || !out().empty())
    return; // it will be found out by what it is sent
  auto& e = exchanges_.front();
  if (e.streaming) {
    append_http_part(e.answer, ":\n\n", e.form);
    return send_ready();
  }
  if (e.form.http_1_0)
    return; // it knows no answer before the answer
  out() += "HTTP/1.1 100 Continue\r\n\r\n";
  send();
}

void http_connection::finish() {
  last_request_ = true;
  if (socket_)
    return socket_->leave();
  if (!exchanges_.empty() && exchanges_.front().streaming
      && exchanges_.front().answers() == answer_form::events) {
    auto& e = exchanges_.front();
    append_http_last_part(e.answer, e.form);
    e.answered = true;
    return send_ready();
  }
  connection::finish();
}

} // namespace troupe::front::http
