#include "broker/front/http_connection.hpp"

#include "broker/front/event_batch.hpp"
#include "protocol/envelope.hpp"
#include "protocol/limits.hpp"

#include <boost/asio/buffer.hpp>

namespace troupe {

namespace http = boost::beast::http;

http_connection::http_connection(loop& home, unique_fd socket, front_context_ptr context)
  : connection(home, std::move(socket), std::move(context)) {}

bool http_connection::wants_input() const {
  return has_room() && (!last_request_ || has_open_calls());
}

bool http_connection::has_room() const {
  return exchanges_.size() < limits::http_pipeline
         && held_output() < limits::client_backlog;
}

/// One that is not known is not waited for either.
bool http_connection::is_next(uint64_t tag) const {
  auto i = tag - first_tag_;
  return i == 0 || i >= exchanges_.size();
}

size_t http_connection::held_output() const {
  size_t bytes = 0;
  for (auto& e : exchanges_)
    bytes += e.answer.size();
  return bytes;
}

// -- requests --------------------------------------------------------------------

void http_connection::on_bytes(std::string_view bytes) {
  if (socket_)
    return socket_->on_bytes(bytes);
  if (last_request_)
    return; // read only to learn that the client is gone
  active_ = steady_clock::now();
  input_ += bytes;
  parse();
}

void http_connection::on_check(steady_clock::time_point now) {
  if (!is_open())
    return;
  if (socket_)
    socket_->on_check(now);
  else if (exchanges_.empty() && now - active_ >= limits::http_idle)
    close();
}

void http_connection::parse() {
  // An answer that is known at once brings us back here from inside the loop below.
  if (std::exchange(parsing_, true))
    return;
  size_t used = 0;
  while (!last_request_ && has_room() && used < input_.size()) {
    if (!parser_) {
      parser_.emplace();
      parser_->eager(true);
      parser_->header_limit(limits::http_head);
      parser_->body_limit(context().max_request.load());
      continue_sent_ = false;
    }
    boost::system::error_code ec;
    used +=
        parser_->put(boost::asio::buffer(input_.data() + used, input_.size() - used), ec);
    if (ec && ec != http::error::need_more) {
      on_broken(ec);
      break;
    }
    if (!parser_->is_done()) {
      // The parser wants more of a head with an error, and more of a body without one.
      if (parser_->is_header_done() && !continue_sent_ && used == input_.size()
          && parser_->get()[http::field::expect] == "100-continue") {
        out() += "HTTP/1.1 100 Continue\r\n\r\n";
        send();
        continue_sent_ = true;
      }
      if (ec)
        break;
      continue;
    }
    auto m = parser_->release();
    parser_.reset();
    on_message(std::move(m));
  }
  parsing_ = false;
  input_.erase(0, used);
  if (socket_ && !input_.empty()) // it did not wait for the answer to the handshake
    socket_->on_bytes(std::exchange(input_, {}));
  if (input_.empty() && input_.capacity() > limits::read_chunk)
    std::string{}.swap(input_);
}

void http_connection::on_broken(boost::system::error_code ec) {
  fault why{code::bad_request, "not HTTP: " + ec.message(), {}};
  if (ec == http::error::body_limit)
    why = {code::payload_too_large,
           "the body is longer than " + std::to_string(context().max_request) + " bytes",
           {}};
  else if (ec == http::error::header_limit)
    why.message =
        "the head is longer than " + std::to_string(limits::http_head) + " bytes";
  last_request_ = true;
  auto& e = exchanges_.emplace_back();
  e.form.keep_alive = false;
  answer(e, std::move(why));
  send_ready();
}

void http_connection::on_message(http_message m) {
  auto tag = first_tag_ + exchanges_.size();
  auto& e = exchanges_.emplace_back();
  e.form.keep_alive = m.keep_alive();
  e.form.head = m.method() == http::verb::head;
  last_request_ = !e.form.keep_alive;
  auto read = read_http_request(m, context().api_key, steady_clock::now());
  if (auto why = std::get_if<fault>(&read)) {
    answer(e, std::move(*why));
    send_ready();
    return;
  }
  auto& r = std::get<http_request>(read);
  e.route = r.where->kind;
  e.kind = r.what.kind;
  e.query = r.what.payload;
  e.request_id = r.request_id;
  e.wants_parts = r.what.stream;
  last_request_ = last_request_ || e.route == route_kind::events;
  if (e.route == route_kind::events) // its answer begins once it is sure to miss nothing
    r.what.payload = events_at_once(e.query.view());
  auto refused = e.route == route_kind::terminal ? check_terminal(r.to) : std::nullopt;
  if (e.route == route_kind::event_socket || e.route == route_kind::input_socket) {
    refused = upgrade(m, r);
    if (!refused)
      return;
  }
  if (refused) {
    answer(e, std::move(*refused));
    send_ready();
    return;
  }
  auto who = submit(r.to, std::move(r.what), tag);
  if (auto callee = std::get_if<callee_actor>(&who)) {
    e.who = std::move(*callee);
    return;
  }
  answer(e, std::get<fault>(std::move(who)));
  send_ready();
}

void http_connection::on_end_of_input() {
  close(); // and with it cancel what is open
}

// -- answers ---------------------------------------------------------------------

http_connection::exchange* http_connection::find(uint64_t tag) {
  auto i = tag - first_tag_;
  return i < exchanges_.size() && !exchanges_[i].answered ? &exchanges_[i] : nullptr;
}

void http_connection::on_outcome(uint64_t tag, call_result& result) {
  if (socket_ && is_open())
    return socket_->on_outcome(tag, result);
  auto e = find(tag);
  if (!e || !is_open())
    return;
  if (e->route == route_kind::events)
    stream_events(*e, result);
  else if (e->streaming)
    end_stream(*e, result);
  else if (e->wants_parts && std::holds_alternative<outcome>(result)) {
    begin_stream(*e);
    end_stream(*e, result);
  } else
    answer(*e, result);
  send_ready();
}

void http_connection::on_chunk(uint64_t tag, const slice& payload) {
  auto e = find(tag);
  if (!e)
    return;
  if (!e->streaming)
    begin_stream(*e);
  e->answer += "data: ";
  append_chunk(e->answer, e->id(), payload.view());
  e->answer += '\n';
  send_ready();
}

/// The head of an answer whose end is not known; the connection ends with it.
void http_connection::begin_stream(exchange& e) {
  e.streaming = true;
  e.form.keep_alive = false;
  last_request_ = true;
  e.answer = http_stream_head;
}

void http_connection::end_stream(exchange& e, const call_result& result) {
  e.answer += "data: ";
  append_answer(e.answer, e.id(), e.kind.view(), result);
  e.answer += '\n';
  e.answered = true;
}

void http_connection::answer(exchange& e, const call_result& result) {
  if (auto why = std::get_if<fault>(&result)) {
    append_http_fault(e.answer, *why, e.id(), e.form);
  } else if (e.route == route_kind::operation || e.route == route_kind::terminal) {
    append_http_answer(e.answer, 200, std::get<outcome>(result).payload.str() + "\n",
                       e.form);
  } else {
    std::string body;
    append_answer(body, e.id(), e.kind.view(), result);
    append_http_answer(e.answer, 200, body, e.form);
  }
  e.answered = true;
}

void http_connection::send_ready() {
  bool sent = false;
  while (!exchanges_.empty() && exchanges_.front().answered) {
    auto& e = exchanges_.front();
    out() += e.answer;
    sent = true;
    active_ = steady_clock::now();
    auto last = !e.form.keep_alive;
    exchanges_.pop_front();
    release_parts(first_tag_++);
    if (last) {
      close_after_output();
      return;
    }
  }
  if (!exchanges_.empty() && exchanges_.front().streaming) {
    release_parts(first_tag_);
    out() += std::exchange(exchanges_.front().answer, {});
    sent = true;
  }
  if (!sent)
    return;
  send();
  parse(); // requests may have waited for room
}

void http_connection::stream_events(exchange& e, const call_result& result) {
  auto good = std::get_if<outcome>(&result);
  if (!good)
    return e.streaming ? close() : answer(e, result);
  if (!e.streaming)
    begin_stream(e);
  auto batch = good->payload.view();
  e.answer += to_server_sent(batch);
  e.next.emplace();
  e.next->kind = e.kind;
  e.next->payload = events_after(e.query.view(), batch);
}

/// A client that reads slowly is not asked for more: the ring forgets, and says so.
void http_connection::on_output_drained() {
  if (socket_)
    return socket_->on_drained();
  if (exchanges_.empty() || !exchanges_.front().next)
    return;
  auto& e = exchanges_.front();
  auto more = std::exchange(e.next, std::nullopt);
  more->taken = steady_clock::now();
  submit_now(e.who, std::move(*more), first_tag_);
}

} // namespace troupe
