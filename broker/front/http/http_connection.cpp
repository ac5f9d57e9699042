#include "broker/front/http/http_connection.hpp"

#include "actors/loop/turn_clock.hpp"
#include "broker/front/event_batch.hpp"
#include "broker/front/front_limits.hpp"
#include "broker/front/http/message/call_headers.hpp"
#include "protocol/base/address.hpp"

/// Requests of a connection, and their answers.
namespace troupe::front::http {

http_connection::http_connection(loop::event_loop& loop, loop::unique_fd socket,
                                 front_context_ptr context, route_registry_ptr routes,
                                 const std::shared_ptr<const certificates>& shown,
                                 request_counts_ptr requests)
  : connection(loop, std::move(socket), std::move(context),
               shown ? shown->current() : nullptr)
  , routes_(std::move(routes))
  , requests_(std::move(requests))
  , scheme_(shown ? "https" : "http") {}

std::string http_connection::refusal(const fault& why) {
  std::string out;
  append_http_fault(out, {why}, std::nullopt, {.keep_alive = false}, http_date{}.now());
  return out;
}

bool http_connection::wants_input() const {
  // Strangers are owed little before they have to read.
  return has_room() && (!last_request_ || has_open_calls())
         && (client_.authorized || out().size() < limits::http_head);
}

bool http_connection::has_room() const {
  return !scraping_ && exchanges_.size() < limits::http_pipeline
         && held_output() < limits::client_backlog;
}

// -- requests --------------------------------------------------------------------

void http_connection::on_bytes(std::string_view bytes) {
  if (socket_)
    return socket_->on_bytes(bytes);
  if (last_request_)
    return;                            // read only to learn that the client is gone
  auto now = loop::turn_clock::read(); // no call was taken before its client sent it
  if (client_.authorized)              // strangers gain no time by sending
    client_.active = now;
  parse(bytes);
}

void http_connection::parse(std::string_view bytes) {
  if (!incoming_ && bytes.empty())
    return;
  if (!incoming_)
    incoming_ = std::make_unique<incoming_request>();
  // An answer that is known at once brings us back here from inside the loop below.
  if (std::exchange(incoming_->parsing, true))
    return;
  auto in = incoming_->with(bytes);
  auto event = http_reader::event::head;
  while (!last_request_ && has_room() && event != http_reader::event::none) {
    event = incoming_->reader.next(in);
    if (event == http_reader::event::head) {
      on_head();
    } else if (event == http_reader::event::request) {
      begin_exchange(incoming_->reader.take_body());
      incoming_->reader.finish_request();
      incoming_->begun.reset();
    } else if (event == http_reader::event::dropped) {
      incoming_->begun.reset();
    } else if (event == http_reader::event::refused) {
      refuse(incoming_->reader.refusal());
    }
  }
  incoming_->parsing = false;
  incoming_->keep(in);
  allow_body();
  if (socket_)
    return leave_http();
  incoming_->shrink();
}

void http_connection::leave_http() {
  auto rest = std::move(incoming_->bytes);
  incoming_.reset();
  if (!rest.empty()) // it did not wait for the answer to the handshake
    socket_->on_bytes(rest);
}

void http_connection::on_head() {
  auto& head = incoming_->reader.head();
  if (!incoming_->reader.is_same_head()) {
    incoming_->match.reset();
    incoming_->id = read_request_id(head.fields);
  }
  if (auto matched = match_head(); !matched) {
    auto& refused = matched.error();
    client_.authorized = client_.authorized || access_of_head() != access::none;
    skip_body();
    auto& e = add_exchange();
    answer(e, refused);
    return send_ready();
  }
  client_.authorized = client_.authorized || incoming_->match->may != access::none;
  if (incoming_->match->route.where->open) { // what anybody may ask for takes no body
    skip_body();
    return begin_exchange({});
  }
  incoming_->reader.accept(context().max_request);
  incoming_->allow_due = head.expects_continue;
}

result<void, http_refusal> http_connection::match_head() {
  if (incoming_->match)
    return {};
  auto matched = match_http_request(incoming_->reader.head().fields, *routes_,
                                    context().api_key, context().view_key);
  if (!matched)
    return failure(std::move(matched).error());
  incoming_->match = *std::move(matched);
  return {};
}

access http_connection::access_of_head() const {
  return access_of(incoming_->reader.head().fields, context().api_key,
                   context().view_key);
}

void http_connection::skip_body() {
  auto& head = incoming_->reader.head();
  if (head.chunked || head.length > front_limits::http_discard || head.expects_continue) {
    last_request_ = true;
    client_.sending = true;
  } else {
    incoming_->reader.discard();
  }
}

/// Leave is given once it cannot be taken for the answer to an earlier request.
void http_connection::allow_body() {
  if (!incoming_->allow_due || !exchanges_.empty() || last_request_)
    return;
  incoming_->allow_due = false;
  if (!incoming_->reader.is_in_accepted_body())
    return;
  out() += "HTTP/1.1 100 Continue\r\n\r\n";
  send();
}

exchange& http_connection::add_exchange() {
  rhythm_.note_request();
  auto& e = exchanges_.add();
  e.request_id = incoming_->id;
  e.form = incoming_->reader.head().form;
  if (last_request_)
    e.form.keep_alive = false;
  last_request_ = !e.form.keep_alive;
  return e;
}

void http_connection::begin_exchange(std::string body) {
  auto& e = add_exchange();
  e.where = incoming_->match->route.where;
  auto read = read_http_request(incoming_->reader.head().fields, *incoming_->match,
                                std::move(body), loop::turn_clock::now());
  auto handed = read ? submit_exchange(e, *std::move(read))
                     : failure(http_refusal{std::move(read).error()});
  if (!handed)
    answer(e, handed.error());
  if (!exchanges_.empty() && exchanges_.back().answered)
    send_ready();
}

result<void, http_refusal> http_connection::submit_exchange(exchange& e, http_request r) {
  e.kind = r.what.kind;
  e.wants_parts = r.what.stream;
  if (e.answers() == answer_form::websocket)
    return upgrade(incoming_->reader.head().fields, r);
  if (e.answers() == answer_form::file) {
    answer_file(e);
    return {};
  }
  if (e.answers() == answer_form::metrics) {
    e.who = context().metrics;
    if (!e.who)
      return failure(http_refusal{{code::unavailable, "the node has not started yet"}});
    submit_now(e.who, std::move(r.what), exchanges_.last_tag());
    e.submitted = true;
    scraping_ = true;
    return {};
  }
  if (r.to_terminal)
    if (auto found = use_terminal(r); !found)
      return found;
  if (e.answers() == answer_form::events) {
    last_request_ = true; // it has no end
    e.form.keep_alive = false;
    if (e.form.head) {
      append_http_stream_head(e.answer, e.form, date_.now());
      count(e, ok_status);
      e.answered = true;
      return {};
    }
    e.follows.emplace();
    e.follows->query = r.what.payload;
    if (auto at = r.to.find('@'); at != std::string::npos)
      e.follows->node = r.to.substr(at + 1);
    // Its answer begins once it is sure to miss nothing.
    r.what.payload = events_at_once(e.follows->query.view());
  }
  r.what.request_id = e.request_id;
  auto who = submit(r.to, std::move(r.what), exchanges_.last_tag());
  if (!who)
    return failure(http_refusal{std::move(who).error()});
  e.who = *std::move(who);
  e.submitted = true;
  return {};
}

void http_connection::refuse(const http_refusal& why) {
  last_request_ = true;
  client_.sending = true;
  auto& e = exchanges_.add();
  e.form.keep_alive = false;
  answer(e, why);
  send_ready();
}

void http_connection::on_out_of_memory() {
  incoming_.reset();
  // The last request that was begun is the one that found no memory.
  if (!exchanges_.empty() && !exchanges_.back().answered && !exchanges_.back().submitted)
    exchanges_.take_back();
  if (socket_ || last_request_)
    return close();
  refuse({out_of_memory()});
}

void http_connection::on_end_of_input() {
  // A WebSocket ends with a close frame, or like this.
  if (socket_)
    return close();
  // Answers that are not written yet still leave; whoever waits for others is watched.
  if (!exchanges_.empty())
    run_after(front_limits::half_close_probe, [this] { probe_client(); });
}

/// Most likely a client with an `http` URL: it understands this.
void http_connection::on_missing_tls() {
  if (!last_request_)
    refuse({malformed("this is https, and the request came in the clear: the URL begins"
                      " with https://")});
}

} // namespace troupe::front::http
