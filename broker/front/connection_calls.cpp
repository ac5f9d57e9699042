// The calls of a connection: how they reach their pools, and what comes back.

#include "broker/front/connection.hpp"

#include <caf/send.hpp>

namespace troupe::front {

// -- calls -----------------------------------------------------------------------

result<callee_actor> connection::submit(std::string_view to, call c, tag_id tag) {
  c.front = front();
  return calls_.add(*context_->directory, to, {std::move(c), shared_from_this(), tag});
}

void connection::hand_over() {
  calls_.send();
}

void connection::submit_now(const callee_actor& who, call c, tag_id tag) {
  c.front = front();
  submissions one;
  one.push_back({std::move(c), shared_from_this(), tag});
  caf::anon_send(who, std::move(one));
}

void connection::cancel(const callee_actor& who, tag_id tag) {
  hand_over(); // the call must be there before its cancellation
  caf::anon_send(who, atom::cancel_v, reply_sink_ptr{shared_from_this()}, tag);
}

std::function<void()> connection::canceller(callee_actor who, tag_id tag) {
  hand_over();
  std::weak_ptr<connection> own = weak_from_this();
  return [own, who = std::move(who), tag] {
    if (auto there = own.lock())
      caf::anon_send(who, atom::cancel_v, reply_sink_ptr{std::move(there)}, tag);
  };
}

void connection::settle(tag_id tag, call_result result) {
  receive({tag, std::move(result), nullptr});
}

void connection::chunk(tag_id tag, shared_bytes payload,
                       std::shared_ptr<stream_flow> flow) {
  receive({tag, std::move(payload), std::move(flow)});
}

void connection::receive(arrival a) {
  if (loop::event_loop::current() == &loop_) {
    guarded([&] {
      if (auto waiting = unsent() + held_output(); waiting >= most_backlog())
        let_go(waiting);
      auto result = std::get_if<call_result>(&a.what);
      if (!result)
        take_chunk(a);
      else if (is_open())
        on_outcome(a.tag, *result);
      measure();
      hand_over(); // an answer may have made room for requests that were read before
    });
    return;
  }
  if (arrivals_.add(std::move(a), backlog_))
    loop_.post([self = shared_from_this()] { self->take_arrivals(); });
}

void connection::take_chunk(arrival& a) {
  auto& payload = std::get<shared_bytes>(a.what);
  if (is_next(a.tag))
    flows_.add(std::move(a.flow), payload.size());
  else
    flows_.hold(a.tag, std::move(a.flow), payload.size());
  if (socket_.is_open())
    on_chunk(a.tag, payload);
  if (unsent() == 0)
    flows_.drain(); // nobody wanted it
}

void connection::release_parts(tag_id tag) {
  flows_.release(tag);
}

void connection::take_arrivals() {
  for (auto& a : arrivals_.take())
    receive(std::move(a));
}

} // namespace troupe::front
