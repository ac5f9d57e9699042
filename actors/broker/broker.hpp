#pragma once

#include "actors/broker/call_queue.hpp"
#include "actors/broker/open_call_index.hpp"
#include "actors/broker/quarantine.hpp"
#include "actors/broker/service_rate.hpp"
#include "actors/broker/worker_set.hpp"
#include "actors/interfaces/broker_actor.hpp"
#include "actors/interfaces/events_actor.hpp"
#include "actors/interfaces/pool_context.hpp"
#include "actors/interfaces/supervisor_actor.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/loop/wake_ups.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <map>

namespace troupe::broker {

struct broker_state;

using broker_self = loop::pinned_actor<broker_actor, broker_state>;

/// A call that was given to a worker.
struct running_call {
  pending_call call;
  worker_set::ref worker;
  uint64_t ticket = 0;
  bool in_use = false;
  /// When `exec_timeout` ends it.
  steady_clock::time_point ends_by;
  /// The caller has its outcome; what is left is to get the worker's slot back.
  bool abandoned = false;
  /// The next step of a session: its worker alone can run it.
  bool resumes = false;
};

/// A session between two steps: a worker is kept for it.
struct held_session {
  /// None yet where a worker of an earlier node is to be taken over.
  worker_set::ref worker;
  /// The next step, where it came before that worker.
  std::optional<pending_call> next;
  /// Who is told when the worker is gone.
  std::optional<caf::typed_response_promise<atom::record>> watcher;
  /// Why the worker is gone, until somebody asks.
  std::optional<fault> lost;
};

/// The state of a BROKER actor.
struct broker_state {
  explicit broker_state(caf::local_actor*);

  // -- taking calls ------------------------------------------------------------

  void submit(pending_call c);
  /// Returns why the call is refused, if it is.
  /// @param is_new False for one that was taken before and is to go on.
  std::optional<fault> refusal(const call& c, bool is_new) const;
  /// A call with a key waits for its worker alone, where the pool requires that.
  void bind_to_preferred(call& c) const;
  worker_set::ref choose(const call& c);
  /// Why a call is refused when the queue is full, and when to try again.
  fault busy() const;
  fault no_such_worker(int32_t index) const;
  /// Returns whether a worker's call would wait for workers that all wait, in the end,
  /// for it or its like.
  bool would_wait_for_itself(const call& c) const;
  /// Has a call wait, and in time more workers be started for it.
  void enqueue(pending_call c);
  /// Has a call wait that was given to a worker and did not end: it is the next again.
  void enqueue_again(pending_call c);
  /// A call waits, for this worker or for any (-1): an elastic pool may have to grow.
  void want_workers(int32_t index);
  /// Tells the supervisor what waits for more workers.
  void grow();

  // -- callers (broker_callers.cpp) ---------------------------------------------

  void cancel(const reply_sink_ptr& sink, uint64_t tag);
  void forget(const reply_sink_ptr& sink);
  /// Takes the open call at `w` back: its caller gets `why`.
  /// @param may_finish As for `abandon`.
  void take_back(const open_call_index::where& w, const fault& why, bool may_finish);
  /// The sink is not behind any more.
  void release(const reply_sink_ptr& sink);

  // -- dispatch (broker_dispatch.cpp) -----------------------------------------

  /// Gives waiting calls to workers with room.
  void dispatch_waiting();
  void dispatch(pending_call c, worker_set::ref to);
  /// Gives a call to a worker that has kept a place for it.
  void start(pending_call c, worker_set::ref to, bool resumes);
  /// The answers for the running call at `i`; ignored when it is no longer that of
  /// `ticket`.
  void on_result(size_t i, uint64_t ticket, outcome& result);
  void on_error(size_t i, uint64_t ticket, const caf::error& error);
  /// Runs a call whose worker died again, if it may be.
  bool retry(size_t i, const fault& why);
  /// The worker wants to be replaced and did not run the call: it runs elsewhere.
  void on_returned(size_t i);
  /// Notes that a worker ended instead of answering `c`.
  void record_death(const call& c, const fault& why);
  /// A worker gave a call back without having started it.
  void run_elsewhere(size_t i);
  /// Settles with `result`, once, and counts it.
  void settle(pending_call& c, call_result result);
  event event_of(std::string kind, const call& c, const fault& why) const;
  /// Asks the worker to drop the call of a running call whose caller is settled.
  /// @param may_finish Whether the rule of the pool for abandoned calls holds.
  void abandon(size_t i, bool may_finish = true);
  /// The worker's slot is free again, or the worker is gone.
  void end_running_call(size_t i);
  /// Returns the running call at `i` while its caller still waits, or nullptr.
  running_call* waiting(size_t i, uint64_t ticket);

  // -- sessions (broker_sessions.cpp) ------------------------------------------

  caf::result<outcome> resume_session(call c);
  caf::result<atom::record> record_session(const std::string& session);
  void forget_session(const std::string& session);
  /// The call of the running call at `i` paused, or its next step was not taken: its
  /// worker is kept.
  void hold(size_t i);
  /// Nobody waits for word of a held session any more.
  static void stop_watching(held_session& h);
  /// The worker of held sessions is gone.
  void lose_sessions(worker_set::ref worker, const fault& why);
  /// The worker of the sessions with these ids does not come.
  void lose_sessions(const std::vector<std::string>& sessions, const fault& why);
  /// Whoever waits for the session is told; returns whether anybody was.
  bool tell_loss(held_session& h, const fault& why);
  /// A worker has come that an earlier node has left.
  void adopt_sessions(worker_set::ref worker, const std::vector<std::string>& sessions);
  void ask_to_end(worker_set::ref worker, const std::string& session);

  // -- waiting -----------------------------------------------------------------

  /// Fails calls that waited too long and sets the timer for the next.
  void check_queue();
  void set_queue_timer(steady_clock::time_point due);
  void fail_waiting(const fault& why);

  // -- workers -----------------------------------------------------------------

  void join(const member& m);
  caf::result<atom::retire> retire(uint64_t incarnation);
  void free_slot(worker_set::ref r);
  void on_down(const caf::down_msg& m);
  /// The pool is configured anew.
  void update(pool_context_ptr to, const caf::strong_actor_ptr& from);

  caf::result<atom::drain> drain();
  void check_drained();
  queue_status status() const;

  static inline const char* name = "broker";

  broker_self* self = nullptr;
  pool_context_ptr pool;
  /// Whom to tell that calls wait; null until it says so.
  supervisor_actor supervisor;
  /// Whether the queue is to be looked at for whether the pool should grow.
  bool growing = false;
  worker_set workers;
  call_queue queue;
  /// Where the calls are that wait or run and whose callers wait.
  open_call_index open;
  /// Calls in workers; a running call's index is what its response handlers know it by.
  std::vector<running_call> running_calls;
  std::vector<size_t> free_entries;
  /// By id.
  std::map<std::string, held_session, std::less<>> held;
  /// Running calls whose caller still waits.
  size_t running = 0;
  /// Running calls whose caller does not.
  size_t abandoned = 0;
  uint64_t next_ticket = 1;
  /// Why no call can run; `code::none` while all is well.
  fault condition;
  /// When it looks for calls that have waited too long.
  loop::wake_ups queue_timers;
  bool draining = false;
  /// Stopped by an operator from taking calls.
  bool paused = false;
  std::optional<broker::quarantine> quarantine;
  service_rate rate;
  std::vector<caf::typed_response_promise<atom::drain>> drained;
  queue_status counters;
};

/// Returns the behavior of a BROKER actor: the queue of one pool, and who runs what.
/// @param self The pinned self pointer.
/// @param pool What the pool's actors share.
broker_actor::behavior_type broker_behavior(broker_self* self, pool_context_ptr pool);

} // namespace troupe::broker
