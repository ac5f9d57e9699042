#pragma once

#include "actors/interfaces/callee_actor.hpp"
#include "actors/interfaces/child_owner_actor.hpp"
#include "actors/interfaces/end_reason.hpp"
#include "actors/interfaces/status.hpp"
#include "protocol/wires/capability.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The role that runs calls in one child process.
namespace troupe {

/// Where a call begins.
enum class job_start : uint8_t {
  /// In any worker.
  afresh,
  /// As the next step of a session: where the session paused, and nowhere else.
  resumed,
};

/// A call on its way from a broker to a worker.
struct job {
  /// Names the job between its broker and its worker.
  ticket_id ticket;
  shared_bytes kind;
  shared_bytes payload;
  /// The worker is told how much time is left.
  steady_clock::time_point deadline;
  /// The receiver of the parts of a streamed result; null if the caller wants none.
  reply_sink_ptr stream;
  tag_id tag;
  /// Of a call that another worker made: the calls that wait for it.
  ancestors_ptr ancestors;
  /// The session that it is a step of; empty for none.
  shared_bytes session = {};
  job_start start = job_start::afresh;
  /// As in `call`; for workers that pass it on.
  std::string key = {};
  int8_t priority = 0;
  bool idempotent = false;
  /// The trace as the worker gets it; null for none.
  trace_context_ptr trace = {};
  /// As in `call`.
  payload_form form = payload_form::json;
  /// An operator looks: it is no call, and is not counted.
  bool is_look = false;
  /// As in `call`; for lines of the log.
  shared_bytes request_id = {};
};

/// Returns the fault of a web call for a worker that takes none.
inline fault takes_no_web(std::string_view pool) {
  return {code::bad_request,
          "the workers of pool " + std::string{pool} + " take no web requests"};
}

/// How a call that a worker made ended.
struct nested_outcome {
  tag_id tag;
  call_result result;
};

/// A question about what a worker writes to its stderr.
struct log_question {
  /// The lines since this call came to the worker.
  ticket_id ticket;
  /// Set: the lines since there were so many, of whatever call.
  std::optional<quantity> since = {};
};

/// What a worker has written to its stderr in a span of time.
struct log_span {
  /// Of its process; -1 where it has none.
  pid_t pid = -1;
  /// How many lines there were before.
  quantity since;
  /// The last of them, at most `limits::slow_lines`; the oldest first.
  std::vector<std::string> lines;
};

/// The facts that a child told when it became ready.
struct worker_info {
  pid_t pid = -1;
  /// Calls it takes at once.
  uint32_t window = 1;
  wires::capabilities can;
  /// The name that the child gave itself; may be empty.
  std::string name;
  std::string version;
  /// The sessions that paused in it under an earlier node and that it still holds.
  std::vector<std::string> sessions;
};

/// Runs calls in one child process. The WORKER actor of `worker.hpp` has a real
/// process; an actor of any other kind can take its place.
using worker_actor = child_owner_actor::extend_with<caf::typed_actor<
    // From BROKER: runs a call; answers with its outcome, or with a fault. `unavailable`
    // means that it did not start and may go elsewhere.
    caf::replies_to<job>::with<outcome>,
    // From BROKER: the caller of the call with this ticket has left. A child that
    // cannot cancel it may continue it for this long. Answers when the slot is free
    // again. If the call does not end in time, the worker is ended instead.
    caf::replies_to<atom::cancel, ticket_id, caf::timespan>::with<atom::released>,
    // From BROKER: ends the session with this id, which is paused in the worker.
    // Answers when its slot is free again.
    caf::replies_to<atom::end_session, std::string>::with<atom::released>,
    // From SUPERVISOR: ends the child, gently first.
    caf::reacts_to<atom::stop, end_reason>,
    // From SUPERVISOR: the node ends. A child that may outlive the node stays behind if
    // sessions are paused in it; any other child is ended.
    caf::reacts_to<atom::leave>,
    // Answers with what the worker is doing.
    caf::replies_to<atom::status>::with<worker_status>,
    // Answers with the last lines of stderr.
    caf::replies_to<atom::tail>::with<std::vector<std::string>>,
    // From the receiver of a call that the child made: its outcome.
    caf::reacts_to<nested_outcome>,
    // From SUPERVISOR: from now on, reports `idle` each time the worker had no call for
    // this long; 0 for never.
    caf::reacts_to<atom::report_idle, caf::timespan>,
    // From itself: a stream of its output has drained, so it may read its child again.
    caf::reacts_to<internal::read_on>,
    // From itself: the timer with this number is due.
    caf::reacts_to<internal::timer, timer_id>,
    // From SLOW LOG: answers with what the worker has written.
    caf::replies_to<log_question>::with<log_span>>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::nested_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_info)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::log_question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::log_span)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::end_reason)
