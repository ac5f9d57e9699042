#pragma once

#include "actors/messages.hpp"

#include <caf/typed_actor.hpp>

/// Every typed actor interface of the project, with a comment for each message. In prose
/// an actor's name stands in capitals.
namespace troupe {

struct pool_context;
using pool_context_ptr = std::shared_ptr<const pool_context>;

/// What runs calls in one child process. The WORKER actor of `worker.hpp` wraps a real
/// one; whatever else speaks this can stand in its place.
using worker_actor = caf::typed_actor<
    // From BROKER: runs a call; answers with its outcome, or with a fault. `unavailable`
    // means that it did not start and may go elsewhere.
    caf::replies_to<job>::with<outcome>,
    // From BROKER: nobody waits for the call with this ticket any more; a child that
    // cannot be told may go on with it for so many milliseconds. Answers when its slot is
    // free again; a worker that does not come to an end with it dies instead.
    caf::replies_to<atom::cancel, uint64_t, int64_t>::with<atom::cancel>,
    // From BROKER: the session with this id, which paused in it, goes on no more. Answers
    // when its slot is free again.
    caf::replies_to<atom::cancel, std::string>::with<atom::cancel>,
    // From SUPERVISOR: ends the child, gently first.
    caf::reacts_to<atom::stop, end_reason>,
    // From SUPERVISOR: the node ends: a child that may outlive it stays behind if
    // sessions are paused in it, any other is ended.
    caf::reacts_to<atom::leave>,
    // What it is doing.
    caf::replies_to<atom::status>::with<worker_status>,
    // From its LAUNCHER: the child runs, or does not.
    caf::reacts_to<atom::spawned, launch_result>,
    // From its child, where that is not at once with `spawned`: it has dialled in.
    caf::reacts_to<atom::start>,
    // From its child: bytes of what it talks through; none when it closed that.
    caf::reacts_to<atom::output, slice>,
    // From its child: bytes of the channel with this number, where it has more than one.
    caf::reacts_to<atom::output, uint8_t, slice>,
    // From its child: bytes of its log: stderr, and stdout where it talks through others.
    caf::reacts_to<atom::tail, slice>,
    // The last lines of stderr.
    caf::replies_to<atom::tail>::with<std::vector<std::string>>,
    // From a client: it has read what was too much for it before.
    caf::reacts_to<atom::room>,
    // From whom its child called: how that ended.
    caf::reacts_to<nested_outcome>,
    // From SUPERVISOR: says so each time it had no call for this many milliseconds; 0 for
    // never.
    caf::reacts_to<atom::idle, int64_t>,
    // From its child: it ended and was reaped.
    caf::reacts_to<atom::exited, exit_status>,
    // From itself: the timer with this number is due.
    caf::reacts_to<atom::check, uint64_t>>;

/// A worker on a terminal of its own (`terminal/terminal.hpp`). It calls no other pools.
using terminal_actor = worker_actor::extend_with<caf::typed_actor<
    // From SCREEN: the terminal's answers to what its program asked it.
    caf::reacts_to<atom::next, slice>,
    // From SCREEN: whether pasted text is to be marked as such.
    caf::reacts_to<atom::update, bool>>>;

/// Keeps the screen of one terminal, beside the loops: that is work.
using screen_actor = caf::typed_actor<
    // From TERMINAL: what its program printed.
    caf::reacts_to<atom::output, slice>,
    // From TERMINAL: it has so many rows and columns from now on.
    caf::reacts_to<atom::update, uint16_t, uint16_t>,
    // From TERMINAL, for whoever asks: the screen as it is now.
    caf::replies_to<screen_view>::with<outcome>>;

/// What a front can hand calls to: the BROKER of a pool, or the NODE itself.
using callee_actor = caf::typed_actor<
    // Takes calls whose outcomes go to their sinks, in any order.
    caf::reacts_to<submissions>,
    // The call of this sink with this tag is not wanted any more. Its outcome,
    // `cancelled` if nothing was faster, still goes to the sink.
    caf::reacts_to<atom::cancel, reply_sink_ptr, uint64_t>,
    // The sink is gone: all its calls are cancelled and nothing is sent to it any more.
    caf::reacts_to<atom::forget, reply_sink_ptr>,
    // The sink was behind and is not any more: its calls may start.
    caf::reacts_to<atom::room, reply_sink_ptr>,
    // Runs one call for another actor.
    caf::replies_to<call>::with<outcome>>;

/// The queue and the dispatcher of one pool.
using broker_actor = callee_actor::extend_with<caf::typed_actor<
    // From SUPERVISOR: this worker can take calls.
    caf::reacts_to<atom::join, member>,
    // From SUPERVISOR: gives this incarnation no more calls; answers when none is in it.
    caf::replies_to<atom::retire, uint64_t>::with<atom::retire>,
    // From SUPERVISOR: no worker can run, for this reason: calls fail at once.
    // `code::none` takes it back.
    caf::reacts_to<atom::error, fault>,
    // From SUPERVISOR: the only worker failed to start: what waits now fails with this.
    caf::reacts_to<atom::died, fault>,
    // From SUPERVISOR: the worker that these sessions paused in under an earlier node is
    // gone.
    caf::reacts_to<atom::died, std::vector<std::string>, fault>,
    // From NODE: takes no more calls, except those that running calls make, and fails
    // those that wait with `shutting_down`; answers when what runs has ended.
    caf::replies_to<atom::drain>::with<atom::drain>,
    // From NODE: takes no more calls until `resume`; those it has go on.
    caf::replies_to<atom::pause>::with<atom::pause>,
    caf::replies_to<atom::resume>::with<atom::resume>,
    // From SUPERVISOR: how the pool is configured from now on, and whom to tell when
    // calls wait.
    caf::reacts_to<atom::update, pool_context_ptr, caf::strong_actor_ptr>,
    // From SESSIONS: runs the next step of the session that the call names; answers as
    // for a call.
    caf::replies_to<atom::resume, call>::with<outcome>,
    // From SESSIONS: this session is on record as paused. Answers with a fault when its
    // worker is gone, and otherwise when it is paused no more.
    caf::replies_to<atom::record, std::string>::with<atom::record>,
    // From SESSIONS: this session goes on no more, whatever it is doing.
    caf::reacts_to<atom::forget, std::string>,
    // From itself: a waiting call may be due.
    caf::reacts_to<atom::check>,
    // From itself: calls may be waiting for more workers.
    caf::reacts_to<atom::grow>,
    // What it holds.
    caf::replies_to<atom::status>::with<queue_status>>>;

/// Keeps the workers of one pool alive.
using supervisor_actor = caf::typed_actor<
    // From WORKER: this incarnation is ready.
    caf::reacts_to<atom::ready, uint64_t, worker_info>,
    // From WORKER: this incarnation is to be replaced; it takes no more calls.
    caf::reacts_to<atom::retire, uint64_t>,
    // From WORKER: this incarnation has reached a limit of recycling: it works on until
    // its replacement is ready.
    caf::reacts_to<atom::recycle, uint64_t, end_reason>,
    // From WORKER, before it ends: what the child of this incarnation wrote to its stderr
    // last.
    caf::reacts_to<atom::tail, uint64_t, std::vector<std::string>>,
    // From WORKER: this incarnation had no call for as long as it was told.
    caf::reacts_to<atom::idle, uint64_t>,
    // From WORKER, as the last: what this incarnation has counted.
    caf::reacts_to<atom::record, uint64_t, worker_counters>,
    // From BROKER: so many calls have waited too long; for the worker with this index, or
    // for any (-1).
    caf::reacts_to<atom::grow, uint64_t, int32_t>,
    // From NODE: how the pool is configured from now on. Replaces workers as a restart
    // does where they differ, or if told to; the first must become ready before anything
    // else changes. Answers how many were replaced.
    caf::replies_to<atom::reload, pool_context_ptr, bool>::with<uint64_t>,
    // From NODE: replaces the worker with this index, or all of them one by one (-1),
    // each only after its replacement is ready. Answers how many were replaced.
    caf::replies_to<atom::restart, int32_t>::with<uint64_t>,
    // From NODE: stops the worker with this index, or all (-1), and leaves them stopped
    // until a restart. Answers, once they are gone, how many there were.
    caf::replies_to<atom::stop, int32_t>::with<uint64_t>,
    // From itself: the seat with this index may be due for a start.
    caf::reacts_to<atom::check, int32_t>,
    // The workers.
    caf::replies_to<atom::status>::with<crew_status>,
    // The last lines of stderr of the worker with this index.
    caf::replies_to<atom::tail, int32_t>::with<log_tail>>;

/// Remembers the last events and hands them to those who ask.
/// As a callee it takes calls of kind `events`, each of which is answered with those
/// after `since` as soon as there is one, and from NODE those of kind `agents.replay`.
using events_actor = callee_actor::extend_with<caf::typed_actor<
    // Appends an event.
    caf::reacts_to<atom::publish, event>,
    // From TERMINAL: appends what a program printed.
    caf::reacts_to<atom::publish, stream_part>,
    // From itself: a call may have waited as long as it may.
    caf::reacts_to<atom::check>>>;

/// The sessions of the node: takes the calls to `$node` whose kind begins with
/// `session.`.
using sessions_actor = callee_actor::extend_with<caf::typed_actor<
    // From NODE: no step runs any more, and the workers go now, or are left behind: what
    // is on record stays as it is.
    caf::replies_to<atom::drain>::with<atom::drain>,
    // From itself: looks for sessions that were idle for too long.
    caf::reacts_to<atom::check>>>;

/// The directory of the node's pools, and the operations on it: calls to `$node`.
using node_actor = callee_actor::extend_with<caf::typed_actor<
    // From the program: drains every pool and stops it; answers when no worker is left.
    caf::replies_to<atom::drain>::with<atom::drain>>>;

} // namespace troupe
