#include "actors/broker/admission.hpp"

#include "actors/interfaces/next_attempt.hpp"
#include "protocol/base/address.hpp"

#include <string>

namespace troupe::broker {

result<> admission::validate(const call& c, bool is_new, const config::pool& pool,
                             time_point now) const {
  // Calls of running calls are let in: without them, the running calls could not end.
  if (draining_ && !c.ancestors)
    return failure(fault{code::shutting_down, {}, {.never_started = is_new}});
  if (!fits(c, pool.max_frame))
    return failure(too_long(c, pool.name, pool.max_frame));
  if (c.worker >= static_cast<int32_t>(pool.size)) {
    auto why = no_such_worker(pool, c.worker);
    why.details.never_started = is_new; // the pool may have more of them at another node
    return failure(std::move(why));
  }
  if (!is_admitting() && is_new)
    return failure(fault{code::unavailable,
                         "pool " + pool.name + " takes no calls: it is drained",
                         {.never_started = true}});
  if (!can_run()) {
    auto why = condition(now);
    why.details.never_started = is_new;
    return failure(std::move(why));
  }
  if (quarantine_.refuses(c, now))
    return failure(fault{code::worker_died,
                         "this call has ended " + std::to_string(pool.quarantine)
                             + " workers and is not run again",
                         {.quarantined = true}});
  return {};
}

result<> admission::validate_step(const call& c, const config::pool& pool) const {
  if (draining_)
    return failure(fault{code::shutting_down});
  if (c.payload.size() > pool.max_frame)
    return failure(code::bad_request, "what the worker is to be told has "
                                          + std::to_string(c.payload.size())
                                          + " bytes, pool " + pool.name + " takes "
                                          + std::to_string(pool.max_frame));
  return {};
}

fault admission::busy(const config::pool& pool, size_t waiting) const {
  return {code::busy,
          "the queue of pool " + pool.name + " is full ("
              + std::to_string(pool.queue_limit) + " calls)",
          {.retry_after = rate_.wait_behind(waiting)}};
}

fault admission::condition(time_point now) const {
  return with_time_left(condition_, now);
}

fault too_long(const call& c, std::string_view pool, uint64_t most) {
  return {code::payload_too_large,
          "kind and payload have " + std::to_string(c.kind.size() + c.payload.size())
              + " bytes, pool " + std::string{pool} + " takes " + std::to_string(most)};
}

fault no_such_worker(const config::pool& pool, int32_t index, std::string_view node) {
  auto text = "no worker " + worker_name(pool.name, index);
  if (!node.empty())
    text.append(" at node ").append(node);
  return {code::worker_not_found, text + ": the pool has " + std::to_string(pool.size)};
}

} // namespace troupe::broker
