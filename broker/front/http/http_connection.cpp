#include "broker/front/http/http_connection.hpp"

#include "broker/front/event_batch.hpp"
#include "broker/front/front_limits.hpp"
#include "protocol/base/address.hpp"
#include "protocol/wires/envelope.hpp"

/// Requests of a connection, and their answers.
namespace troupe::front::http {

http_connection::http_connection(loop::event_loop& loop, loop::unique_fd socket,
                                 front_context_ptr context)
  : connection(loop, std::move(socket), std::move(context)) {}

std::string http_connection::refusal(const fault& why) {
  std::string out;
  append_http_fault(out, {why}, std::nullopt, {.keep_alive = false}, http_date{}.now());
  return out;
}

bool http_connection::wants_input() const {
  // Strangers are owed little before they have to read.
  return has_room() && (!last_request_ || has_open_calls())
         && (authorized_ || out().size() < limits::http_head);
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
    return;        // read only to learn that the client is gone
  if (authorized_) // strangers gain no time by sending
    active_ = steady_clock::now();
  input_ += bytes;
  parse();
}

void http_connection::parse() {
  // An answer that is known at once brings us back here from inside the loop below.
  if (std::exchange(parsing_, true))
    return;
  std::string_view in = input_;
  auto event = http_reader::event::head;
  while (!last_request_ && has_room() && event != http_reader::event::none) {
    event = reader_.next(in);
    if (event == http_reader::event::head) {
      on_head();
    } else if (event == http_reader::event::request) {
      begin_exchange(reader_.take_body());
      reader_.finish_request();
      begun_.reset();
    } else if (event == http_reader::event::refused) {
      refuse(reader_.refusal());
    }
  }
  parsing_ = false;
  input_.erase(0, input_.size() - in.size());
  if (reader_.is_idle())
    begun_.reset();
  else if (!begun_)
    begun_ = steady_clock::now();
  allow_body();
  if (socket_)
    forget_head();
  if (socket_ && !input_.empty()) // it did not wait for the answer to the handshake
    socket_->on_bytes(std::exchange(input_, {}));
  if (input_.empty() && input_.capacity() > limits::read_chunk)
    std::string{}.swap(input_);
}

void http_connection::on_head() {
  auto& head = reader_.head();
  if (!reader_.is_same_head())
    match_.reset();
  if (auto why = match_head()) {
    // Which routes there are is told to those alone who have shown the key.
    authorized_ = authorized_ || why->why.what == code::not_found;
    skip_body();
    auto& e = add_exchange();
    answer(e, *why);
    return send_ready();
  }
  authorized_ = authorized_ || match_->has_key;
  if (match_->route.where->open) { // what anybody may ask for takes no body
    skip_body();
    return begin_exchange({});
  }
  reader_.accept(context().max_request);
  allow_due_ = head.expects_continue;
}

std::optional<http_refusal> http_connection::match_head() {
  if (match_)
    return std::nullopt;
  auto matched = match_http_request(reader_.head().fields, context().api_key);
  if (auto why = std::get_if<http_refusal>(&matched))
    return std::move(*why);
  match_ = std::get<http_match>(std::move(matched));
  return std::nullopt;
}

void http_connection::forget_head() {
  reader_.forget_head();
  match_.reset();
}

void http_connection::skip_body() {
  auto& head = reader_.head();
  if (head.chunked || head.length > front_limits::http_discard || head.expects_continue) {
    last_request_ = true;
    sending_ = true;
  } else {
    reader_.discard();
  }
}

/// Leave is given once it cannot be taken for the answer to an earlier request.
void http_connection::allow_body() {
  if (!allow_due_ || !exchanges_.empty() || last_request_)
    return;
  allow_due_ = false;
  if (!reader_.is_in_accepted_body())
    return;
  out() += "HTTP/1.1 100 Continue\r\n\r\n";
  send();
}

http_connection::exchange& http_connection::add_exchange() {
  auto& head = reader_.head();
  auto& e = exchanges_.emplace_back();
  e.request_id = read_request_id(head.fields);
  e.form = head.form();
  if (last_request_)
    e.form.keep_alive = false;
  last_request_ = !e.form.keep_alive;
  return e;
}

void http_connection::begin_exchange(std::string body) {
  auto& e = add_exchange();
  e.errors = match_->route.where->errors;
  auto read = read_http_request(reader_.head().fields, *match_, std::move(body),
                                steady_clock::now());
  std::optional<http_refusal> refused;
  if (auto why = std::get_if<fault>(&read))
    refused = {std::move(*why)};
  else
    refused = submit_exchange(e, std::move(std::get<http_request>(read)));
  if (refused)
    answer(e, *refused);
  if (!exchanges_.empty() && exchanges_.back().answered)
    send_ready();
}

std::optional<http_refusal> http_connection::submit_exchange(exchange& e,
                                                             http_request r) {
  e.route = r.where->kind;
  e.errors = r.where->errors;
  e.kind = r.what.kind;
  e.query = r.what.payload;
  e.wants_parts = r.what.stream;
  if (e.route == route_kind::event_socket || e.route == route_kind::input_socket)
    return upgrade(reader_.head().fields, r);
  if (e.route == route_kind::terminal && r.to != node_target)
    if (auto why = find_terminal(r.to))
      return http_refusal{std::move(*why)};
  if (e.route == route_kind::events) {
    last_request_ = true; // it has no end
    e.form.keep_alive = false;
    if (e.form.head) {
      append_http_stream_head(e.answer, e.form, date_.now());
      e.answered = true;
      return std::nullopt;
    }
    // Its answer begins once it is sure to miss nothing.
    r.what.payload = events_at_once(e.query.view());
  }
  auto who = submit(r.to, std::move(r.what), first_tag_ + exchanges_.size() - 1);
  if (auto why = std::get_if<fault>(&who))
    return http_refusal{std::move(*why)};
  e.who = std::get<callee_actor>(std::move(who));
  e.submitted = true;
  return std::nullopt;
}

void http_connection::refuse(const http_refusal& why) {
  last_request_ = true;
  sending_ = true;
  auto& e = exchanges_.emplace_back();
  e.form.keep_alive = false;
  answer(e, why);
  send_ready();
}

void http_connection::on_out_of_memory() {
  parsing_ = false;
  std::string{}.swap(input_);
  reader_ = {};
  match_.reset();
  // What was begun last is what found no memory.
  if (!exchanges_.empty() && !exchanges_.back().answered && !exchanges_.back().submitted)
    exchanges_.pop_back();
  if (socket_ || last_request_)
    return close();
  refuse({out_of_memory()});
}

void http_connection::on_end_of_input() {
  // A WebSocket ends with a close frame, or like this; and who has nothing to wait for is
  // gone.
  if (socket_ || exchanges_.empty())
    return close();
  run_after(front_limits::half_close_probe, [this] { probe_client(); });
}

} // namespace troupe::front::http
