#pragma once

#include "actors/interfaces/callee_actor.hpp"
#include "actors/interfaces/child_owner_actor.hpp"
#include "actors/interfaces/end_reason.hpp"
#include "actors/interfaces/status.hpp"

#include <string>
#include <vector>

/// What runs calls in one child process.
namespace troupe {

/// A call on its way from a broker to a worker.
struct job {
  /// Names the job between its broker and its worker.
  ticket_id ticket;
  shared_bytes kind;
  shared_bytes payload;
  /// The worker is told how much time is left.
  steady_clock::time_point deadline;
  /// Where the parts of a streamed result go; nothing where the caller wants none.
  reply_sink_ptr stream;
  tag_id tag;
  /// Of a call that another worker made: the calls that wait for it.
  ancestors_ptr ancestors;
  /// The session that it is a step of; empty for none.
  shared_bytes session = {};
  /// It goes on where the session paused, and nowhere else.
  bool resumes = false;
};

/// How a call that a worker made ended.
struct nested_outcome {
  tag_id tag;
  call_result result;
};

/// What a worker learned of its child when it became ready.
struct worker_info {
  pid_t pid = -1;
  /// Calls it takes at once.
  uint32_t window = 1;
  bool can_cancel = false;
  bool can_ping = false;
  bool can_end = false;
  /// What the child calls itself; may be empty.
  std::string name;
  std::string version;
  /// The sessions that paused in it under an earlier node and that it still holds.
  std::vector<std::string> sessions;
};

/// What runs calls in one child process. The WORKER actor of `worker.hpp` wraps a real
/// one; whatever else speaks this can stand in its place.
using worker_actor = child_owner_actor::extend_with<caf::typed_actor<
    // From BROKER: runs a call; answers with its outcome, or with a fault. `unavailable`
    // means that it did not start and may go elsewhere.
    caf::replies_to<job>::with<outcome>,
    // From BROKER: nobody waits for the call with this ticket any more; a child that
    // cannot be told may go on with it for so long. Answers when its slot is free again;
    // a worker that does not come to an end with it dies instead.
    caf::replies_to<atom::cancel, ticket_id, caf::timespan>::with<atom::released>,
    // From BROKER: the session with this id, which paused in it, goes on no more. Answers
    // when its slot is free again.
    caf::replies_to<atom::end_session, std::string>::with<atom::released>,
    // From SUPERVISOR: ends the child, gently first.
    caf::reacts_to<atom::stop, end_reason>,
    // From SUPERVISOR: the node ends: a child that may outlive it stays behind if
    // sessions are paused in it, any other is ended.
    caf::reacts_to<atom::leave>,
    // What it is doing.
    caf::replies_to<atom::status>::with<worker_status>,
    // The last lines of stderr.
    caf::replies_to<atom::tail>::with<std::vector<std::string>>,
    // From whom its child called: how that ended.
    caf::reacts_to<nested_outcome>,
    // From SUPERVISOR: says so each time it had no call for so long; 0 for never.
    caf::reacts_to<atom::report_idle, caf::timespan>,
    // From itself: whoever takes its output has room again.
    caf::reacts_to<internal::read_on>,
    // From itself: the timer with this number is due.
    caf::reacts_to<internal::timer, timer_id>>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::nested_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_info)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::end_reason)
