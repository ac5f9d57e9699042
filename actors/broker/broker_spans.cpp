#include "actors/broker/broker.hpp"

/// What BROKER does for calls that are part of a trace. Others cost a look at a pointer.
namespace troupe::broker {

void broker_state::begin_spans(pending_call& c) const {
  if (c.what.trace && pool->records.spans)
    c.spans = call_spans::begin(pool->records.spans, c.what, pool->config.name,
                                self->clock().now());
}

trace_context_ptr broker_state::begin_run(running_call& f) const {
  auto& c = f.call;
  return c.spans ? c.spans->run(worker_of(f), self->clock().now()) : c.what.trace;
}

void broker_state::wait_again(pending_call& c, const fault& why) const {
  if (c.spans)
    c.spans->wait_again(why, self->clock().now());
}

void broker_state::end_spans(pending_call& c, const fault* why) const {
  if (auto spans = std::exchange(c.spans, nullptr))
    spans->end(why, self->clock().now());
}

} // namespace troupe::broker
