#pragma once

#include "actors/interfaces/metrics_source.hpp"
#include "actors/interfaces/pool_context_ptr.hpp"
#include "actors/interfaces/worker_actor.hpp"

#include <string>
#include <vector>

/// The role of a supervisor: keeps the workers of one pool alive.
namespace troupe {

/// Which workers a new configuration replaces.
enum class reload_scope : uint8_t {
  /// Workers that it would start differently.
  where_different,
  all,
};

/// Keeps the workers of one pool alive.
using supervisor_actor = metrics_source_actor::extend_with<caf::typed_actor<
    // From WORKER: this incarnation is ready.
    caf::reacts_to<atom::ready, incarnation_id, worker_info>,
    // From WORKER: this incarnation is to be replaced; it takes no more calls.
    caf::reacts_to<atom::retiring, incarnation_id>,
    // From WORKER: this incarnation has reached a limit of recycling: it works on until
    // its replacement is ready.
    caf::reacts_to<atom::recycle, incarnation_id, end_reason>,
    // From WORKER, before it ends: what the child of this incarnation wrote to its stderr
    // last.
    caf::reacts_to<atom::last_words, incarnation_id, std::vector<std::string>>,
    // From WORKER: this incarnation had no call for as long as it was told.
    caf::reacts_to<atom::idle, incarnation_id>,
    // From WORKER, as the last: what this incarnation has counted.
    caf::reacts_to<atom::counted, incarnation_id, worker_counters>,
    // From BROKER: so many calls have waited too long; for the worker with this index, or
    // for any (-1).
    caf::reacts_to<atom::grow, quantity, int32_t>,
    // From NODE: how the pool is configured from now on. Replaces the workers in the
    // scope as a restart does; the first must become ready before anything else changes:
    // until then, no other configuration is taken. Answers how many were replaced.
    caf::replies_to<atom::reload, pool_context_ptr, reload_scope>::with<quantity>,
    // From NODE: answers, once none is on trial, which configuration the pool has.
    caf::replies_to<atom::reconfigure>::with<pool_context_ptr>,
    // From NODE: replaces the worker with this index, or all of them one by one (-1),
    // each only after its replacement is ready. Answers how many were replaced.
    caf::replies_to<atom::restart, int32_t>::with<quantity>,
    // From NODE: stops the worker with this index, or all (-1), and leaves them stopped
    // until a restart. Answers, once they are gone, how many there were.
    caf::replies_to<atom::stop, int32_t>::with<quantity>,
    // From itself: the replica with this index may be due for a start.
    caf::reacts_to<internal::check_start, int32_t>,
    // From itself: the replacement of this incarnation failed; it is as due as before.
    caf::reacts_to<internal::recycle_again, incarnation_id, end_reason>,
    // From itself: the log may take the number of lines that were dropped.
    caf::reacts_to<internal::tell_dropped>,
    // The workers.
    caf::replies_to<atom::status>::with<pool_status>,
    // The last lines of stderr of the worker with this index.
    caf::replies_to<atom::tail, int32_t>::with<log_tail>>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::reload_scope)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::pool_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_counters)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::log_tail)
