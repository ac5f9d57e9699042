#include "actors/broker/broker.hpp"

/// What becomes of open calls when their callers take them back, go, or read again.
namespace troupe::broker {

void broker_state::cancel(const reply_sink_ptr& sink, tag_id tag) {
  auto found = open.find(sink.get(), tag);
  if (!found) {
    if (auto look = watch.looks.take(sink, tag))
      look->settle(failure(fault{code::cancelled, "the caller cancelled it"}));
    else if (auto route = route_to_tell())
      self->send(*route, atom::cancel_v, sink, tag);
    return;
  }
  auto w = *found;
  auto waits = std::holds_alternative<call_queue::place>(w);
  take_back(w,
            {code::cancelled, waits ? "the caller cancelled it before it started"
                                    : "the caller cancelled it"},
            true);
}

void broker_state::take_back(const open_call_index::where& w, const fault& why,
                             bool may_finish) {
  if (auto place = std::get_if<call_queue::place>(&w)) {
    auto c = queue.take(*place);
    settle(*c, failure(why));
  } else {
    auto i = std::get<size_t>(w);
    settle_run(running[i], failure(why), self->clock().now());
    abandon(i, may_finish);
  }
  note_load();
}

void broker_state::forget(const reply_sink_ptr& sink) {
  if (auto route = route_to_tell())
    self->send(*route, atom::forget_v, sink);
  watch.looks.forget(sink);
  const fault caller_gone{code::cancelled, "the caller is gone"};
  // Waiting calls go first: a slot that becomes free must not go to a call of this
  // sink.
  open.for_each(sink.get(), [&](const open_call_index::where& w) {
    auto place = std::get_if<call_queue::place>(&w);
    if (!place)
      return;
    auto c = queue.take(*place);
    note_end(*c, &caller_gone);
  });
  while (auto w = open.find_any(sink.get())) {
    auto i = std::get<size_t>(*w);
    auto& c = running[i].call;
    count_run(running[i], self->clock().now());
    note_end(c, &caller_gone);
    c.sink = nullptr;
    abandon(i);
  }
  note_load();
}

void broker_state::release(const reply_sink_ptr& sink) {
  if (auto route = route_to_tell())
    self->send(*route, atom::writable_v, sink);
  queue.release(sink.get());
  dispatch_waiting();
  if (queue.has_for(-1))
    want_workers(-1);
}

} // namespace troupe::broker
