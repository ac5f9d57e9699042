#pragma once

#include "actors/interfaces/callee_actor.hpp"
#include "actors/interfaces/metrics_source.hpp"
#include "actors/interfaces/open_calls.hpp"
#include "actors/interfaces/pool_context_ptr.hpp"
#include "actors/interfaces/status.hpp"
#include "actors/interfaces/supervisor_actor.hpp"

#include <string>
#include <vector>

namespace troupe {

/// A worker that joins a broker.
struct member {
  worker_actor worker;
  int32_t index = 0;
  /// Tells incarnations of one index apart.
  incarnation_id incarnation;
  uint32_t window = 1;
  /// The sessions that paused in it under an earlier node.
  std::vector<std::string> sessions = {};
  /// Of its process; -1 if it has none.
  pid_t pid = -1;
};

/// The queue and the dispatcher of one pool.
using broker_actor =
    callee_actor::extend_with<metrics_source_actor>::extend_with<caf::typed_actor<
        // From SUPERVISOR: this worker can take calls.
        caf::reacts_to<atom::join, member>,
        // From SUPERVISOR: gives this incarnation no more calls; answers when none is in
        // it.
        caf::replies_to<atom::retire, incarnation_id>::with<atom::retire>,
        // From SUPERVISOR: no worker can run, for this reason: calls fail at once.
        // `code::none` takes it back.
        caf::reacts_to<atom::condition, fault>,
        // From SUPERVISOR: the only worker failed to start: what waits now fails with
        // this.
        caf::reacts_to<atom::fail_waiting, fault>,
        // From SUPERVISOR: the worker that these sessions paused in under an earlier node
        // is gone.
        caf::reacts_to<atom::lose_sessions, std::vector<std::string>, fault>,
        // From NODE: takes no more calls, except those that running calls make, and fails
        // those that wait with `shutting_down`; answers when what runs has ended.
        caf::replies_to<atom::drain>::with<atom::drain>,
        // From NODE: takes no new calls until `admit`; those it has go on.
        caf::replies_to<atom::refuse>::with<atom::refuse>,
        caf::replies_to<atom::admit>::with<atom::admit>,
        // From SUPERVISOR: the configuration of the pool from now on, and the supervisor
        // that is told when calls wait.
        caf::reacts_to<atom::reconfigure, pool_context_ptr, supervisor_actor>,
        // From SESSIONS: runs the next step of the session that the call names; answers
        // as for a call.
        caf::replies_to<atom::resume_session, call>::with<outcome>,
        // From SESSIONS: this session is on record as paused. Answers when that ends:
        // with a fault if its worker is gone.
        caf::replies_to<atom::watch_session, std::string>::with<atom::watch_session>,
        // From SESSIONS: ends this session, whatever it is doing.
        caf::reacts_to<atom::end_session, std::string>,
        // From itself: a waiting call may be due.
        caf::reacts_to<internal::check_queue>,
        // From itself: calls may be waiting for more workers.
        caf::reacts_to<internal::check_growth>,
        // From itself: calls may have waited for so long that another node is to run
        // them.
        caf::reacts_to<internal::check_spill>,
        // From itself: a running call may have become slow.
        caf::reacts_to<internal::check_slow>,
        // Answers with what the queue and the workers hold.
        caf::replies_to<atom::status>::with<queue_status>,
        // From NODE: answers with the open calls that are asked for.
        caf::replies_to<call_query>::with<open_calls>,
        // From NODE: an operator takes this call back for its caller. Answers with what
        // it was, or with `not_found`.
        caf::replies_to<atom::cancel, call_number>::with<open_call>,
        // From itself: goes on looking for calls that were asked for.
        caf::reacts_to<internal::search_calls>>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::member)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::queue_status)
