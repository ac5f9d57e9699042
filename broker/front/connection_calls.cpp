// The calls of a connection: how they reach their pools, and what comes back.

#include "broker/front/connection.hpp"

#include <caf/send.hpp>

namespace troupe::front {

namespace {

size_t bytes_of(const std::variant<call_result, shared_bytes>& what) {
  if (auto part = std::get_if<shared_bytes>(&what))
    return part->size();
  auto good = std::get_if<outcome>(&std::get<call_result>(what));
  return good ? good->payload.size() : 0;
}

} // namespace

// -- calls -----------------------------------------------------------------------

std::variant<callee_actor, fault> connection::submit(std::string_view to, call c,
                                                     uint64_t tag) {
  if (!table_)
    table_ = context_->directory->get();
  auto found = context_->directory->find(*table_, to, c);
  auto who = std::get_if<callee_actor>(&found);
  if (!who)
    return found;
  auto batch = std::find_if(batches_.begin(), batches_.end(),
                            [&](auto& b) { return b.first == *who; });
  if (batch == batches_.end()) {
    batches_.emplace_back(*who, submissions{});
    batch = std::prev(batches_.end());
    if (std::find(callees_.begin(), callees_.end(), *who) == callees_.end())
      callees_.push_back(*who);
  }
  batch->second.push_back({std::move(c), shared_from_this(), tag});
  return found;
}

void connection::hand_over() {
  for (auto& [who, calls] : batches_)
    caf::anon_send(who, std::move(calls));
  batches_.clear();
  table_.reset();
}

void connection::submit_now(const callee_actor& who, call c, uint64_t tag) {
  submissions one;
  one.push_back({std::move(c), shared_from_this(), tag});
  caf::anon_send(who, std::move(one));
}

void connection::cancel(const callee_actor& who, uint64_t tag) {
  hand_over(); // the call must be there before its cancellation
  caf::anon_send(who, atom::cancel_v, reply_sink_ptr{shared_from_this()}, tag);
}

void connection::settle(uint64_t tag, call_result result) {
  receive({tag, std::move(result), nullptr});
}

void connection::chunk(uint64_t tag, shared_bytes payload,
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
  bool first;
  {
    std::lock_guard guard{mutex_};
    first = arrivals_.empty();
    arrived_ += bytes_of(a.what);
    if (arrived_ >= limits::client_backlog)
      behind_ = true; // until `measure` sees it
    arrivals_.push_back(std::move(a));
  }
  if (first)
    loop_.post([self = shared_from_this()] { self->take_arrivals(); });
}

void connection::take_chunk(arrival& a) {
  auto& payload = std::get<shared_bytes>(a.what);
  auto& through = is_next(a.tag) ? flowing_ : held_flows_[a.tag];
  through.emplace_back(std::move(a.flow), payload.size());
  if (socket_.is_open())
    on_chunk(a.tag, payload);
  if (unsent() == 0)
    drain_flows(); // nobody wanted it
}

void connection::release_parts(uint64_t tag) {
  auto held = held_flows_.extract(tag);
  if (!held.empty())
    flowing_.insert(flowing_.end(), held.mapped().begin(), held.mapped().end());
}

void connection::drain_flows() {
  for (auto& [flow, bytes] : std::exchange(flowing_, {}))
    flow->remove(bytes);
}

void connection::take_arrivals() {
  std::vector<arrival> taken;
  {
    std::lock_guard guard{mutex_};
    taken.swap(arrivals_);
    arrived_ = 0;
  }
  for (auto& a : taken)
    receive(std::move(a));
}

} // namespace troupe::front
