// The answers of an HTTP connection, in the order of its requests.

#include "actors/loop/turn_clock.hpp"
#include "actors/metrics/exposition.hpp"
#include "broker/front/front_limits.hpp"
#include "broker/front/http/http_connection.hpp"
#include "broker/front/http/page_file.hpp"
#include "protocol/wires/envelope.hpp"

namespace troupe::front::http {

fault http_connection::out_of_memory() {
  return {code::unavailable, "there is no memory for this request now"};
}

// -- answers ---------------------------------------------------------------------

void http_connection::on_outcome(tag_id tag, call_result& result) {
  if (socket_ && is_open())
    return socket_->on_outcome(tag, result);
  auto e = exchanges_.find(tag);
  if (!e || !is_open())
    return;
  if (e->answers() == answer_form::events)
    stream_events(*e, result);
  else if (e->streaming)
    end_stream(*e, result);
  else if (e->wants_parts && result) {
    begin_stream(*e);
    end_stream(*e, result);
  } else
    answer(*e, result);
  send_ready();
}

void http_connection::count(const exchange& e, unsigned status) const {
  if (requests_)
    requests_->add(e.where, status);
}

void http_connection::answer(exchange& e, const http_refusal& why) {
  if (e.errors() == error_words::own || !why.members.empty()) {
    append_http_fault(e.answer, why, e.id(), e.form, date_.now());
    count(e, status_of(why));
  } else {
    auto spelled = why;
    spelled.members = relay_error_members(e.errors(), why.why);
    if (spelled.status == 0)
      spelled.status = relay_error_status(e.errors(), why.why);
    append_http_fault(e.answer, spelled, e.id(), e.form, date_.now());
    count(e, status_of(spelled));
  }
  e.answered = true;
}

/// Whether nothing is to leave before the answer to `e`.
bool http_connection::leaves_now(const exchange& e) const {
  return &e == &exchanges_.front() && e.answer.empty();
}

void http_connection::answer(exchange& e, const call_result& result) {
  if (!result)
    return answer(e, http_refusal{result.error()});
  auto& to = leaves_now(e) ? out() : e.answer;
  auto before = to.size();
  try {
    if (e.answers() == answer_form::envelope) {
      constexpr size_t around = 64; // of an envelope, beside what is in it
      auto expected = around + e.request_id.size() + e.kind.size()
                      + result->payload.size() + result->worker.size();
      append_http_answer_with(to, ok_status, expected, e.form, date_.now(),
                              [&](std::string& body) {
                                wires::append_answer(body, e.id(), e.kind.view(), result);
                              });
    } else if (e.answers() == answer_form::metrics) {
      e.form.content_type = scraping::exposition_type;
      append_http_answer(to, ok_status, result->payload.view(), e.form, date_.now());
    } else {
      append_http_answer_with(to, ok_status, result->payload.size() + 1, e.form,
                              date_.now(), [&](std::string& body) {
                                body += result->payload.view();
                                body += '\n';
                              });
    }
    count(e, ok_status);
    e.answered = true;
  } catch (const std::bad_alloc&) {
    to.resize(before);
    answer(e, http_refusal{out_of_memory()});
  }
}

void http_connection::answer_file(exchange& e) {
  auto with =
      answer_with(*e.where->file, incoming_->reader.head().fields, e.form, date_.now());
  count(e, with.status);
  e.answer = std::move(with.head);
  e.rest = with.body;
  e.answered = true;
}

/// Anybody may ask for a file, and often: no more than a piece is copied before the
/// client has read what was before.
bool http_connection::queue(exchange& e) {
  if (out().empty())
    out().swap(e.answer);
  else
    out() += e.answer;
  e.answer.clear();
  auto room = front_limits::file_piece - std::min(front_limits::file_piece, out().size());
  auto piece = e.rest.substr(0, room);
  out() += piece;
  e.rest.remove_prefix(piece.size());
  return e.rest.empty();
}

void http_connection::send_ready() {
  bool sent = false;
  while (!exchanges_.empty() && exchanges_.front().answered) {
    auto& e = exchanges_.front();
    sent = true;
    if (!queue(e))
      break;
    auto last = !e.form.keep_alive;
    release_parts(exchanges_.pop_front());
    if (last) {
      // What is behind a stream that only the end of the connection ends.
      exchanges_.clear();
      close_after_output();
      return;
    }
  }
  if (!exchanges_.empty() && exchanges_.front().streaming) {
    release_parts(exchanges_.first_tag());
    out() += std::exchange(exchanges_.front().answer, {});
    sent = true;
  }
  if (!sent)
    return;
  client_.active = loop::turn_clock::now();
  send();
  parse(); // requests may have waited for room
}

} // namespace troupe::front::http
