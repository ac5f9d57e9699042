#include "broker/front/http_connection.hpp"

#include "protocol/envelope.hpp"
#include "protocol/json_text.hpp"
#include "protocol/limits.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/status.hpp>

namespace troupe {

namespace {

namespace http = boost::beast::http;

/// Returns the header that says when to try again, for errors that have it: in whole
/// seconds, as HTTP counts them.
std::string retry_after(const fault& why) {
  if (why.what != code::busy && why.what != code::unavailable)
    return {};
  auto ms = json_text::find("{" + why.details + "}", "retry_after_ms").value_or("1000");
  auto seconds = (json_text::as_integer(ms).value_or(1000) + 999) / 1000;
  return "Retry-After: " + std::to_string(seconds) + "\r\n";
}

/// Returns the payload that asks as `query` did, for what comes from number `since` on.
slice events_after(std::string_view query, std::string_view since) {
  std::string out = "{";
  if (json_text::is_object(query))
    out += query.substr(1, query.size() - 2);
  if (out.size() > 1)
    out += ',';
  return slice{out + "\"since\":" + std::string{since} + "}"}; // the last of two counts
}

/// Returns the events of an `events` result as server-sent events, and the `next` to ask
/// with; the payload is the node's own and well-formed.
std::string to_server_sent(std::string_view payload, std::string& next) {
  std::string out;
  next = json_text::find(payload, "next").value_or("0");
  auto events = json_text::find(payload, "events").value_or("[]");
  // The elements of an array are cut like the members of an object.
  json_text::element_reader reader{events};
  while (auto event = reader.next()) {
    out += "id: ";
    out += json_text::find(*event, "seq").value_or("0");
    out += "\nevent: ";
    out += json_text::body(json_text::find(*event, "kind").value_or("\"\""));
    out += "\ndata: ";
    out += *event;
    out += "\n\n";
  }
  return out;
}

} // namespace

http_connection::http_connection(loop& home, unique_fd socket, front_context_ptr context)
  : connection(home, std::move(socket), std::move(context)) {}

bool http_connection::wants_input() const {
  return exchanges_.size() < limits::http_pipeline
         && (!last_request_ || has_open_calls());
}

// -- requests --------------------------------------------------------------------

void http_connection::on_bytes(std::string_view bytes) {
  if (socket_)
    return socket_->on_bytes(bytes);
  if (last_request_)
    return; // read only to learn that the client is gone
  input_ += bytes;
  parse();
}

void http_connection::parse() {
  // An answer that is known at once brings us back here from inside the loop below.
  if (std::exchange(parsing_, true))
    return;
  size_t used = 0;
  while (!last_request_ && exchanges_.size() < limits::http_pipeline
         && used < input_.size()) {
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
  e.keep_alive = false;
  answer(e, std::move(why));
  send_ready();
}

void http_connection::on_message(http_message m) {
  auto tag = first_tag_ + exchanges_.size();
  auto& e = exchanges_.emplace_back();
  e.keep_alive = m.keep_alive();
  e.head = m.method() == http::verb::head;
  last_request_ = !e.keep_alive;
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
    if (e.route != route_kind::events)
      return;
    // The client learns at once that it follows, not with the first event.
    begin_stream(e);
  } else {
    answer(e, std::get<fault>(std::move(who)));
  }
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
  e.keep_alive = false;
  last_request_ = true;
  e.answer = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
             "Cache-Control: no-store\r\nConnection: close\r\n\r\n";
}

void http_connection::end_stream(exchange& e, const call_result& result) {
  e.answer += "data: ";
  append_answer(e.answer, e.id(), e.kind.view(), result);
  e.answer += '\n';
  e.answered = true;
}

void http_connection::answer(exchange& e, const call_result& result) {
  if (auto why = std::get_if<fault>(&result)) {
    auto& row = info(why->what);
    std::string body = "{" + to_json_members(*why);
    if (!e.request_id.empty())
      body += ",\"request_id\":\"" + e.request_id.str() + '"';
    body += "}\n";
    answer_with(e, row.http_status, body, retry_after(*why));
    return;
  }
  if (e.route == route_kind::operation || e.route == route_kind::terminal) {
    answer_with(e, 200, std::get<outcome>(result).payload.str() + "\n");
    return;
  }
  std::string body;
  append_answer(body, e.id(), e.kind.view(), result);
  answer_with(e, 200, body);
}

void http_connection::answer_with(exchange& e, unsigned status, std::string_view body,
                                  std::string_view more_headers) {
  auto& a = e.answer;
  a.reserve(body.size() + 160);
  a += "HTTP/1.1 ";
  a += std::to_string(status);
  a += ' ';
  auto reason = http::obsolete_reason(http::int_to_status(status));
  a.append(reason.data(), reason.size());
  a += "\r\nContent-Type: application/json\r\nContent-Length: ";
  a += std::to_string(body.size());
  a += "\r\n";
  a += more_headers;
  if (!e.keep_alive)
    a += "Connection: close\r\n";
  a += "\r\n";
  if (!e.head)
    a += body;
  e.answered = true;
}

void http_connection::send_ready() {
  bool sent = false;
  while (!exchanges_.empty() && exchanges_.front().answered) {
    auto& e = exchanges_.front();
    out() += e.answer;
    sent = true;
    auto last = !e.keep_alive;
    exchanges_.pop_front();
    ++first_tag_;
    if (last) {
      close_after_output();
      return;
    }
  }
  if (!exchanges_.empty() && exchanges_.front().streaming) {
    out() += std::exchange(exchanges_.front().answer, {});
    sent = true;
  }
  if (!sent)
    return;
  send();
  parse(); // requests may have waited for room
}

// -- after an upgrade --------------------------------------------------------------

void http_connection::write(std::string_view bytes) {
  out() += bytes;
  send();
}

std::optional<fault> http_connection::call_by_name(std::string_view to, call c,
                                                   uint64_t tag) {
  auto who = submit(to, std::move(c), tag);
  if (auto why = std::get_if<fault>(&who))
    return std::move(*why);
  return std::nullopt;
}

std::optional<fault> http_connection::check_terminal(std::string_view worker) const {
  auto pool = worker.substr(0, worker.find('.'));
  if (context().directory->is_terminal(pool))
    return std::nullopt;
  if (context().directory->get()->count(pool) > 0)
    return fault{code::not_a_terminal, std::string{pool} + " is no terminal", {}};
  return fault{code::worker_not_found, "no terminal named " + std::string{pool}, {}};
}

std::optional<fault> http_connection::upgrade(const http_message& m,
                                              const http_request& r) {
  auto key = m["Sec-WebSocket-Key"];
  auto wants = http::token_list{m[http::field::connection]}.exists("upgrade")
               && http::token_list{m[http::field::upgrade]}.exists("websocket");
  if (!wants || key.empty() || m["Sec-WebSocket-Version"] != "13")
    return fault{code::bad_request, "this route wants a WebSocket (version 13)", {}};
  if (exchanges_.size() > 1)
    return fault{code::bad_request, "an upgrade cannot be pipelined", {}};
  if (r.where->kind == route_kind::event_socket)
    socket_ = make_event_client(*this, r.what.payload);
  else if (auto why = check_terminal(r.to))
    return why;
  else
    socket_ = make_input_client(*this, r.to);
  exchanges_.clear();
  last_request_ = true;
  write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: "
        + websocket::accept_key({key.data(), key.size()}) + "\r\n\r\n");
  socket_->begin();
  return std::nullopt;
}

void http_connection::stream_events(exchange& e, const call_result& result) {
  auto good = std::get_if<outcome>(&result);
  if (!good) {
    close();
    return;
  }
  std::string next;
  e.answer += to_server_sent(good->payload.view(), next);
  e.next.emplace();
  e.next->kind = e.kind;
  e.next->payload = events_after(e.query.view(), next);
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
