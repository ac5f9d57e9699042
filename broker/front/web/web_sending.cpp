#include "actors/loop/turn_clock.hpp"
#include "broker/front/web/web_connection.hpp"

/// Answers of a connection of a web front.
namespace troupe::front::web {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

} // namespace

result<> web_connection::submit_for(web_exchange& e, std::string_view to, call c) {
  auto who = submit(to, std::move(c), e.tag());
  if (!who)
    return failure(std::move(who).error());
  e.set_callee(*std::move(who));
  return {};
}

void web_connection::submit_for(web_exchange& e, const callee_actor& who, call c) {
  submit_now(who, std::move(c), e.tag());
  e.set_callee(who);
}

void web_connection::cancel_for(web_exchange& e) {
  cancel(e.callee(), e.tag());
}

std::function<void()> web_connection::canceller_for(web_exchange& e) {
  return canceller(e.callee(), e.tag());
}

void web_connection::on_outcome(tag_id tag, call_result& result) {
  auto e = exchanges_.find(tag);
  if (!e || !e->task())
    return;
  e->forget_callee();
  e->task()->on_outcome(result, *e);
  send_ready();
}

void web_connection::on_chunk(tag_id tag, const shared_bytes& payload) {
  auto e = exchanges_.find(tag);
  if (!e || !e->task())
    return;
  e->task()->on_part(payload, *e);
  send_ready();
}

void web_connection::send_ready() {
  if (last_answer_) // others may have come together with it
    return;
  auto sent = false;
  while (!exchanges_.empty() && is_open()) {
    auto& e = exchanges_.front();
    if (e.has_begun() || e.size() > 0)
      release_parts(e.tag());
    sent = sent || e.size() > 0;
    if (out().empty())
      out().swap(e.bytes());
    else
      out() += std::exchange(e.bytes(), {});
    // A file follows when what is before it has left.
    if (!e.has_ended() || e.file())
      break;
    auto last = e.is_last();
    end_first();
    sent = true;
    if (last) {
      last_request_ = last_answer_ = true;
      return close_after_output();
    }
  }
  if (!sent)
    return;
  client_.active = loop::turn_clock::now();
  send();
  parse(); // requests may have waited for room
}

void web_connection::end_first() {
  auto& e = exchanges_.front();
  if (e.callee()) // its answer ended before its call
    e.cancel_call();
  tell(e);
  release_parts(e.tag());
  exchanges_.pop_front();
}

void web_connection::tell(web_exchange& e) const {
  front_->answers->add(e.record.status);
  if (!front_->log)
    return;
  auto& r = e.record;
  r.pool = front_->config.pool;
  r.took = duration_cast<milliseconds>(std::chrono::system_clock::now() - r.begun);
  front_->log->write(r);
}

void web_connection::on_output_drained() {
  if (exchanges_.empty()) {
    if (!rhythm_.goes_on())
      shrink();
  } else if (exchanges_.front().file() && send_file_of_first()) {
    send_ready();
  }
}

bool web_connection::send_file_of_first() {
  auto& file = exchanges_.front().file();
  auto sent = send_file(file->file.get(), file->offset, file->length);
  if (!sent) {
    exchanges_.front().break_stream({code::internal, "the file became shorter"});
    close();
    return false;
  }
  if (*sent > 0)
    client_.active = steady_clock::now();
  exchanges_.front().record.bytes += *sent;
  file->offset += *sent;
  file->length -= *sent;
  if (file->length > 0)
    return false;
  file.reset();
  return true;
}

/// Sends what any client ignores: one that is gone answers it with a reset.
void web_connection::probe_client() {
  if (exchanges_.empty() || !out().empty())
    return; // it will be found out by what it is sent
  auto& e = exchanges_.front();
  if (e.is_streaming()) {
    if (e.task())
      e.send_part(e.task()->heartbeat());
    return send_ready();
  }
  if (e.has_begun() || e.form().http_1_0)
    return; // it knows no answer before the answer
  out() += "HTTP/1.1 100 Continue\r\n\r\n";
  send();
}

void web_connection::finish() {
  last_request_ = true;
  if (!exchanges_.empty() && exchanges_.front().is_streaming()
      && exchanges_.front().task() && !exchanges_.front().task()->heartbeat().empty()) {
    exchanges_.front().end_stream();
    send_ready();
  }
  connection::finish();
}

} // namespace troupe::front::web
