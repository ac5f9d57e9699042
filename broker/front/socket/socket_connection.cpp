#include "broker/front/socket/socket_connection.hpp"

#include "actors/loop/turn_clock.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/limits.hpp"

namespace troupe::front::socket {

socket_connection::socket_connection(loop::event_loop& loop, loop::unique_fd socket,
                                     front_context_ptr context)
  : connection(loop, std::move(socket), context)
  , lines_(context->max_request) {}

std::string socket_connection::refusal(const fault& why) {
  std::string out;
  wires::append_answer(out, std::nullopt, {}, failure(why));
  return out;
}

bool socket_connection::wants_input() const {
  return calls_.size() < limits::calls_per_connection;
}

void socket_connection::on_bytes(std::string_view bytes) {
  loop::turn_clock::read(); // no call was taken before its client sent it
  lines_.set_max_line(context().max_request);
  if (lines_.feed(bytes, [this](const shared_bytes& line) { on_line(line); }))
    return;
  // Where the next line begins is unknown, so the connection ends.
  answer({}, failure(code::payload_too_large, "a line is longer than "
                                                  + std::to_string(lines_.max_line())
                                                  + " bytes"));
  close_after_output();
}

void socket_connection::on_line(const shared_bytes& line) {
  if (json_text::trim(line.view()).empty())
    return;
  rhythm_.note_request();
  auto r = wires::parse_client_line(line, loop::turn_clock::now());
  if (!r) {
    auto& bad = r.error();
    answer({bad.request_id, bad.has_id, {}, {}}, failure(std::move(bad.why)));
    return;
  }
  if (r->cancel)
    on_cancel(r->request_id);
  else
    on_request(*r);
}

void socket_connection::on_request(wires::client_request& r) {
  open_call open{r.request_id, r.has_id, r.what.kind, {}};
  auto tag = calls_.add(std::move(open));
  if (by_id_ && r.has_id)
    by_id_->emplace(r.request_id.view(), tag);
  r.what.request_id = std::move(r.request_id);
  auto who = submit(r.to, std::move(r.what), tag);
  if (who) {
    calls_.find(tag)->who = *std::move(who);
    return;
  }
  call_result refused = failure(std::move(who).error());
  on_outcome(tag, refused);
}

/// Each is cancelled once, however often its client says so.
void socket_connection::on_cancel(const shared_bytes& request_id) {
  if (!by_id_)
    index_calls();
  auto first = by_id_->lower_bound({request_id.view(), {}});
  auto i = first;
  for (; i != by_id_->end() && i->first == request_id.view(); ++i)
    cancel(calls_.find(i->second)->who, i->second);
  by_id_->erase(first, i);
}

void socket_connection::index_calls() {
  auto& index = by_id_.ensure();
  calls_.for_each([&](tag_id tag, open_call& c) {
    if (c.has_id)
      index.emplace(c.request_id.view(), tag);
  });
}

void socket_connection::on_outcome(tag_id tag, call_result& result) {
  auto c = calls_.find(tag);
  if (!c)
    return;
  answer(*c, result);
  if (by_id_ && c->has_id)
    by_id_->erase({c->request_id.view(), tag});
  calls_.remove(tag);
}

void socket_connection::on_chunk(tag_id tag, const shared_bytes& payload) {
  auto c = calls_.find(tag);
  if (!c || !c->has_id)
    return;
  wires::append_chunk(out(), c->request_id.view(), payload.view());
  send();
}

void socket_connection::answer(const open_call& c, const call_result& result) {
  auto id = c.has_id ? std::optional{c.request_id.view()} : std::nullopt;
  auto before = out().size();
  try {
    wires::append_answer(out(), id, c.kind.view(), result);
  } catch (const std::bad_alloc&) {
    out().resize(before);
    wires::append_answer(
        out(), id, c.kind.view(),
        failure(code::unavailable, "there is no memory for the answer now"));
  }
  send();
}

/// Neither the id of the call is known, nor where the next line begins.
void socket_connection::on_out_of_memory() {
  lines_ = line_splitter{context().max_request};
  answer({}, failure(code::unavailable, "there is no memory for this line now"));
  close_after_output();
}

void socket_connection::on_output_drained() {
  if (!rhythm_.goes_on())
    shrink_output();
}

void socket_connection::on_check(steady_clock::time_point /*now*/) {
  if (rhythm_.note_second())
    shrink_output();
}

void socket_connection::on_end_of_input() {
  if (!json_text::trim(lines_.pending()).empty())
    on_line(shared_bytes{std::string{lines_.pending()}});
}

} // namespace troupe::front::socket
