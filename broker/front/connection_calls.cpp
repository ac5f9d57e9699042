// The calls of a connection: how they reach their pools, and what comes back.

#include "broker/front/connection.hpp"

#include <caf/send.hpp>

namespace troupe::front {

// -- calls -----------------------------------------------------------------------

result<callee_actor> connection::submit(std::string_view to, call c, tag_id tag) {
  c.front = front();
  if (!calls_->is_awaited()) {
    loop_.next_turn([calls = calls_] { calls->send(); });
    calls_->set_awaited();
  }
  auto who =
      calls_->add(*context_->directory, to, {std::move(c), shared_from_this(), tag});
  if (who)
    callees_.add(*who);
  return who;
}

void connection::hand_over() {
  calls_->send();
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
  if (!is_on_loop())
    return pass_on({tag, std::move(result), nullptr});
  take_earlier_arrivals();
  take_outcome(tag, result);
}

void connection::chunk(tag_id tag, shared_bytes payload,
                       std::shared_ptr<stream_flow> flow) {
  arrival part{tag, std::move(payload), std::move(flow)};
  if (!is_on_loop())
    return pass_on(std::move(part));
  take_earlier_arrivals();
  take_chunk(std::move(part));
}

void connection::pass_on(arrival a) {
  if (arrivals_.add(std::move(a), backlog_))
    loop_.post([self = shared_from_this()] { self->take_arrivals(); });
}

void connection::check_backlog() {
  if (auto waiting = unsent() + held_output(); waiting >= most_backlog())
    let_go(waiting);
}

void connection::take_outcome(tag_id tag, call_result& result) {
  guarded([&] {
    check_backlog();
    if (is_open())
      on_outcome(tag, result);
    measure();
  });
}

void connection::take_chunk(arrival a) {
  guarded([&] {
    check_backlog();
    auto& payload = std::get<shared_bytes>(a.what);
    auto& flows = flows_.ensure();
    if (is_next(a.tag))
      flows.add(std::move(a.flow), payload.size());
    else
      flows.hold(a.tag, std::move(a.flow), payload.size());
    if (socket_.is_open())
      on_chunk(a.tag, payload);
    if (unsent() == 0)
      flows.drain(); // nobody wanted it
    measure();
  });
}

void connection::release_parts(tag_id tag) {
  if (flows_)
    flows_->release(tag);
}

/// The parts of a result come from the loop of its worker, its outcome from that of the
/// pool: if one of both is this loop, it must not get ahead.
void connection::take_earlier_arrivals() {
  if (!arrivals_.is_empty())
    take_arrivals();
}

void connection::take_arrivals() {
  for (auto& a : arrivals_.take())
    if (auto result = std::get_if<call_result>(&a.what))
      take_outcome(a.tag, *result);
    else
      take_chunk(std::move(a));
}

} // namespace troupe::front
