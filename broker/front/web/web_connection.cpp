#include "broker/front/web/web_connection.hpp"

#include "actors/loop/turn_clock.hpp"
#include "broker/front/front_limits.hpp"
#include "broker/front/web/neighbour_headers.hpp"

#include <boost/beast/http/field.hpp>

/// Requests of a connection of a web front.
namespace troupe::front::web {

namespace {

constexpr unsigned not_found = 404;
constexpr unsigned client_gone = 499;

fault no_memory() {
  return {code::unavailable, "there is no memory for this request now"};
}

} // namespace

web_connection::web_connection(loop::event_loop& loop, loop::unique_fd socket,
                               front_context_ptr context, web_front_ptr front)
  : connection(loop, std::move(socket), std::move(context),
               front->shown ? front->shown->current() : nullptr)
  , front_(std::move(front)) {
  client_.address = peer_address();
}

/// Requests whose client has left are on record, too.
web_connection::~web_connection() {
  for (; !exchanges_.empty(); exchanges_.pop_front()) {
    auto& e = exchanges_.front();
    if (!e.has_begun())
      e.record.status = client_gone;
    if (!e.has_ended())
      e.record.failure = code::cancelled;
    tell(e);
  }
}

std::string web_connection::refusal(const fault& why) {
  std::string out;
  append_refusal(out, {why}, {.keep_alive = false}, http::http_date{}.now());
  return out;
}

bool web_connection::has_room() const {
  return exchanges_.size() < limits::http_pipeline
         && held_output() < limits::client_backlog;
}

void web_connection::on_bytes(std::string_view bytes) {
  if (last_request_)
    return; // read only to learn that the client is gone
  client_.active = loop::turn_clock::now();
  parse(bytes);
}

void web_connection::parse(std::string_view bytes) {
  if (!incoming_ && bytes.empty())
    return;
  if (!incoming_)
    incoming_ = std::make_unique<incoming_request>();
  // An answer that is known at once brings us back here from inside the loop below.
  if (std::exchange(incoming_->parsing, true))
    return;
  auto in = incoming_->with(bytes);
  auto event = http::http_reader::event::head;
  while (!last_request_ && has_room() && event != http::http_reader::event::none) {
    event = incoming_->reader.next(in);
    if (incoming_->flaw)
      refuse({*std::exchange(incoming_->flaw, std::nullopt)});
    else
      take_event(event);
  }
  incoming_->parsing = false;
  incoming_->keep(in);
  allow_body();
  incoming_->shrink();
}

void web_connection::take_event(http::http_reader::event what) {
  using event = http::http_reader::event;
  if (what == event::head) {
    on_head();
  } else if (what == event::request) {
    begin_exchange();
    incoming_->reader.finish_request();
    incoming_->begun.reset();
  } else if (what == event::dropped) {
    incoming_->begun.reset();
  } else if (what == event::refused) {
    refuse(incoming_->reader.refusal());
  }
}

web_request web_connection::request() const {
  auto& from = incoming_->from;
  return {incoming_->reader.head().fields, from.address, from.scheme, from.host};
}

void web_connection::on_head() {
  auto& head = incoming_->reader.head();
  client_.has_asked = true;
  incoming_->from =
      find_origin(head.fields, client_.address, front_->config.tls ? "https" : "http",
                  front_->config.trusted_proxies);
  auto asked = request();
  for (auto& handler : front_->handlers)
    if ((incoming_->task = handler->take(asked)))
      break;
  if (!incoming_->task)
    return refuse_head({{code::not_found, "nothing is served here"}, not_found});
  incoming_->reader.accept(static_cast<size_t>(front_->config.max_body), *this);
  incoming_->allow_due = head.expects_continue;
}

void web_connection::take_body(std::string_view bytes) {
  if (incoming_->flaw)
    return;
  if (auto taken = incoming_->task->take_body(bytes); !taken)
    incoming_->flaw = std::move(taken).error();
}

void web_connection::refuse_head(const http::http_refusal& why) {
  auto& head = incoming_->reader.head();
  if (head.chunked || head.length > front_limits::http_discard || head.expects_continue) {
    last_request_ = true;
    client_.sending = true;
  } else {
    incoming_->reader.discard();
  }
  add_exchange(nullptr).refuse(why);
  send_ready();
}

/// Leave is given once it cannot be taken for the answer to an earlier request.
void web_connection::allow_body() {
  if (!incoming_->allow_due || !exchanges_.empty() || last_request_)
    return;
  incoming_->allow_due = false;
  if (!incoming_->reader.is_in_accepted_body())
    return;
  out() += "HTTP/1.1 100 Continue\r\n\r\n";
  send();
}

web_exchange& web_connection::add_exchange(std::unique_ptr<web_task> task) {
  auto form = incoming_->reader.head().form;
  if (last_request_)
    form.keep_alive = false;
  last_request_ = !form.keep_alive;
  rhythm_.note_request();
  auto& e = exchanges_.add(*this, form, std::move(task));
  note_request(e);
  return e;
}

void web_connection::note_request(web_exchange& e) const {
  auto asked = request();
  e.record.client = asked.remote_address;
  e.record.method = asked.method();
  e.record.target = asked.target();
  e.record.protocol = asked.fields.version() < 11 ? "HTTP/1.0" : "HTTP/1.1";
}

void web_connection::begin_exchange() {
  auto& e = add_exchange(std::move(incoming_->task));
  e.task()->begin(request(), e);
  send_ready();
}

void web_connection::refuse(const http::http_refusal& why) {
  last_request_ = true;
  client_.sending = true;
  auto& e = exchanges_.add(*this, {.keep_alive = false}, nullptr);
  e.record.client = client_.address;
  if (incoming_ && std::exchange(incoming_->task, nullptr)) // its body is what is refused
    note_request(e);
  e.refuse(why);
  send_ready();
}

void web_connection::on_out_of_memory() {
  incoming_.reset();
  if (last_request_ || !exchanges_.empty()) // which of them it was is not known
    return close();
  refuse({no_memory()});
}

/// Answers that are not written yet still leave; whoever waits for others is watched.
void web_connection::on_end_of_input() {
  if (!exchanges_.empty())
    run_after(front_limits::half_close_probe, [this] { probe_client(); });
}

void web_connection::on_missing_tls() {
  if (!last_request_)
    refuse({malformed("this is https, and the request came in the clear: the URL begins"
                      " with https://")});
}

void web_connection::shrink() {
  if (incoming_ && incoming_->is_idle())
    incoming_.reset();
  exchanges_.shrink();
  shrink_output();
}

void web_connection::check_request(steady_clock::time_point now) {
  if (!incoming_->is_late(now, front_limits::http_head_patience))
    return;
  if (incoming_->reader.is_discarding())
    return close(); // it has its answer
  refuse(http::late_head(front_limits::http_head_patience));
}

/// Lets go of a client that is silent between two requests, does not end one, or does not
/// read.
void web_connection::on_check(steady_clock::time_point now) {
  if (std::exchange(client_.seen_written, written()) != written() && !out().empty())
    client_.active = now; // it reads, however slowly
  auto silent = now - client_.active;
  if (rhythm_.note_second())
    shrink();
  auto answering = !exchanges_.empty();
  if (answering && out().empty() && exchanges_.front().is_streaming()
      && silent >= limits::websocket_ping)
    return probe_client();
  if (!last_request_ && incoming_ && incoming_->begun
      && !incoming_->reader.is_in_accepted_body())
    return check_request(now);
  // The client has no time limit while the node has to answer.
  if (answering && out().empty() && !exchanges_.front().file())
    return;
  auto patience = client_.has_asked
                      ? std::chrono::seconds{limits::http_idle}
                      : std::chrono::seconds{front_limits::http_head_patience};
  if (silent < patience)
    return;
  if (!last_request_ && incoming_ && incoming_->reader.is_in_accepted_body())
    return refuse(http::late_body(patience));
  close();
}

} // namespace troupe::front::web
