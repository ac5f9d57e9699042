#pragma once

#include "actors/broker/admission.hpp"
#include "actors/broker/call_queue.hpp"
#include "actors/broker/growth.hpp"
#include "actors/broker/held_sessions.hpp"
#include "actors/broker/open_call_index.hpp"
#include "actors/broker/queue_watch.hpp"
#include "actors/broker/running_calls.hpp"
#include "actors/broker/worker_set.hpp"
#include "actors/interfaces/broker_actor.hpp"
#include "actors/interfaces/events_actor.hpp"
#include "actors/interfaces/pool_context.hpp"
#include "actors/loop/pinned.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace troupe::broker {

struct broker_state;

using broker_self = loop::pinned_actor<broker_actor, broker_state>;

/// How long a call has waited for a worker, and run in it.
struct call_times {
  std::chrono::milliseconds waited;
  std::chrono::milliseconds run;
};

/// The state of a BROKER actor.
struct broker_state {
  explicit broker_state(caf::local_actor*);

  // -- taking calls ------------------------------------------------------------

  void submit(pending_call_ptr c);
  /// Fails with the reason if the call is refused; see `admission`.
  result<> validate(const call& c, bool is_new) const;
  /// A call with a key waits for its worker alone, where the pool requires that.
  void bind_to_preferred(call& c) const;
  worker_set::ref choose(const call& c);
  /// Returns whether a worker's call would wait for workers that all wait, in the end,
  /// for it or its like.
  bool would_wait_for_itself(const call& c) const;
  /// Has a call wait, and in time more workers be started for it.
  void enqueue(pending_call_ptr c);
  /// Has a call wait that was given to a worker and did not end: it is the next again.
  void enqueue_again(pending_call_ptr c);
  /// A call waits, for this worker or for any (-1): an elastic pool may have to grow.
  void want_workers(int32_t index);
  /// Tells the supervisor what waits for more workers.
  void grow();

  // -- other nodes (broker_spill.cpp) --------------------------------------------

  /// Takes a new call that finds no room here, if other nodes have room; it is among
  /// `watch.leaving` then. Returns whether it did.
  bool look_elsewhere(pending_call& c);
  /// A call waits: in time another node may have to run it.
  void watch_for_spills();
  /// Gives calls that have waited for too long to ROUTE, as far as other nodes have room.
  void spill();
  /// Returns whether another node could run a call that waits here.
  bool may_spill(const pending_call& c) const;
  /// Returns whether another node would run a call that this pool, which ends, does not
  /// begin any more.
  bool may_leave(const pending_call& c) const;
  /// Gives a call that the pool here refuses to ROUTE. Returns whether it did.
  bool send_away(pending_call& c);
  /// Takes a call out of what is open here, for ROUTE.
  submission take_leave(pending_call&& c);
  void hand_to_route(submissions batch);
  /// Returns ROUTE if it is to be told what became of a sink or its calls: some have gone
  /// there, and it is not ROUTE that says so.
  const callee_actor* route_to_tell() const;
  /// Tells other nodes how busy the pool is, and whoever looks at `pool_activity`.
  void note_load() const;
  void note_activity() const;

  // -- looks (broker_looks.cpp) ----------------------------------------------------

  /// Hands what only looks to its worker, if that is there. Returns whether it did; if
  /// not, it is a call.
  bool look(pending_call& c);

  // -- callers (broker_callers.cpp) ---------------------------------------------

  void cancel(const reply_sink_ptr& sink, tag_id tag);
  void forget(const reply_sink_ptr& sink);
  /// Takes the open call at `w` back: its caller gets `why`.
  /// @param may_finish As for `abandon`.
  void take_back(const open_call_index::where& w, const fault& why, bool may_finish);
  /// The sink is not behind any more.
  void release(const reply_sink_ptr& sink);

  // -- slow calls (broker_slow.cpp) ----------------------------------------------

  /// A call begins: in time it may be slow.
  void watch_for_slow(steady_clock::time_point due);
  /// Tells SLOW LOG of the calls that have run for too long.
  void check_slow();
  void report_slow(running_call& f);
  /// A call does not run any more. If it was slow, SLOW LOG is told.
  /// @param why Null for a result.
  void end_slow(pending_call& c, const fault* why, bool runs_again = false);

  // -- operators (broker_listing.cpp) --------------------------------------------

  caf::result<open_calls> list_calls(call_query wanted);
  /// Looks at some more of the open calls, for those who ask.
  void search_calls();
  /// Returns what is known of the call at `w`.
  open_call describe(call_number number, const open_call_index::where& w) const;
  /// Takes a call back for its caller.
  caf::result<open_call> cancel_for_operator(call_number number);

  // -- dispatch (broker_dispatch.cpp) -----------------------------------------

  /// Gives waiting calls to workers with room.
  void dispatch_waiting();
  void dispatch(pending_call_ptr c, worker_set::ref to, steady_clock::time_point now);
  /// Gives a call to a worker that has kept a slot for it; `note_load` is left to who
  /// starts the last of several.
  void start(pending_call_ptr c, worker_set::ref to, job_start how,
             steady_clock::time_point now);
  /// Returns what handles the answers for the running calls at `i`.
  caf::behavior make_handlers(size_t i);
  /// The answers for the running call at `i`; ignored when it is no longer that of
  /// `request`.
  void on_result(size_t i, caf::message_id request, outcome& result);
  void on_error(size_t i, caf::message_id request, const caf::error& error);
  /// Runs a call whose worker died again, if it may be.
  bool retry(size_t i, const fault& why);
  /// The worker wants to be replaced and did not run the call: it runs elsewhere.
  void on_returned(size_t i);
  /// Notes that a worker ended instead of answering `c`.
  void record_death(const call& c, const fault& why);
  /// A worker gave a call back without having started it.
  void run_elsewhere(size_t i, const fault& why);
  /// A call ends: it is not open any more, and whoever counts and records calls knows.
  /// @param why Null for a result.
  void note_end(pending_call& c, const fault* why);
  /// Settles with `result`, once, and counts it.
  /// @param ran When it was given to a worker; nothing if it was not.
  void settle(pending_call& c, call_result&& result,
              std::optional<steady_clock::time_point> ran = {});
  /// Settles a call whose worker has run it until `now`.
  void settle_run(running_call& f, call_result&& result, steady_clock::time_point now);
  /// Returns what settles the waiting steps of lost sessions.
  held_sessions::step_end step_settler();
  /// Returns the event of this kind about a call and its fault.
  event event_of(std::string kind, const call& c, const fault& why) const;
  /// Returns the name of the worker that the call is in.
  std::string worker_of(const running_call& f) const;
  /// Asks the worker to drop the call of a running call whose caller is settled.
  /// @param may_finish Whether the rule of the pool for abandoned calls holds.
  void abandon(size_t i, bool may_finish = true);
  /// The worker's slot is free again, or the worker is gone.
  void end_running_call(size_t i);

  // -- traces (broker_spans.cpp) ------------------------------------------------

  /// A call has come whose spans may be wanted.
  void begin_spans(pending_call& c) const;
  /// Returns the trace for the worker that a call is given to; null for none.
  trace_context_ptr begin_run(running_call& f) const;
  /// The worker has not ended the call, which waits again.
  void wait_again(pending_call& c, const fault& why) const;
  /// The call ends here.
  /// @param why Null for a good end, or where it leaves for another node.
  void end_spans(pending_call& c, const fault* why = nullptr) const;

  // -- counting (broker_metrics.cpp) -------------------------------------------

  void count_arrival(const call& c);
  /// A call that was in a worker has ended.
  void count_run(const running_call& f, steady_clock::time_point now);
  call_gauges gauges() const;
  metrics_snapshot_ptr measure() const;

  // -- the log (broker_log.cpp) ---------------------------------------------------

  /// Writes a line about a call, unless there are too many.
  /// @param event The kind of the event that tells the same, if there is one.
  /// @param why The worker and the error that it is about.
  /// @param what Goes on from `a call of kind x `.
  void log_call(spdlog::level::level_enum level, std::string_view event, const call& c,
                const fault& why, std::string_view what,
                std::optional<call_times> times = {});
  /// Says that an operator has drained the pool, or let it go on.
  /// @param drained_for How long it took no calls; nothing: from now on it takes none.
  void log_admitting(std::optional<steady_clock::duration> drained_for);
  /// Writes a line about a call that failed in a worker.
  void log_failure(const call& c, const fault& why, std::optional<call_times> times);

  // -- sessions (broker_sessions.cpp) ------------------------------------------

  caf::result<outcome> resume_session(call c);
  caf::result<atom::watch_session> record_session(const std::string& session);
  void forget_session(const std::string& session);
  /// The call of the running call at `i` paused, or its next step was not taken: its
  /// worker is kept.
  void hold(size_t i);
  /// The worker of held sessions is gone.
  void lose_sessions(worker_set::ref worker, const fault& why);
  /// The worker of the sessions with these ids does not come.
  void lose_sessions(const std::vector<std::string>& sessions, const fault& why);
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
  caf::result<atom::retire> retire(incarnation_id incarnation);
  void free_slot(worker_set::ref r);
  void on_down(const caf::down_msg& m);
  /// The pool is configured anew.
  void update(pool_context_ptr to, const supervisor_actor& from);

  /// An operator has the pool take new calls, or none. The log and EVENTS are told.
  void set_admitting(bool admitting);
  /// No call can run, for this reason, or all is well again (`code::none`).
  void set_condition(fault why);
  caf::result<atom::drain> drain();
  void check_drained();
  queue_status status() const;

  /// Fails all that waits for an answer: the actor ends.
  void fail_all(const fault& why);
  /// Its pool was removed: refuses what those send who have found it in the directory
  /// just before, and ends itself a second later. A message to an actor that has ended is
  /// gone without a word.
  void refuse_the_last();

  /// Returns which rule of the data is broken, if any: each open call is in one place,
  /// each slot that is taken has something in it, no call is settled twice or forgotten,
  /// and nothing that could start waits. True between any two messages. For tests
  /// (broker_verify.cpp).
  std::optional<std::string> verify() const;

  static inline const char* name = "broker";

  broker_self* self = nullptr;
  pool_context_ptr pool;
  broker::admission admission;
  broker::growth growth;
  worker_set workers;
  call_queue queue;
  /// The calls that wait or run, by who can cancel them.
  open_call_index open{random_generation()};
  running_calls running;
  held_sessions held;
  queue_watch watch;
  /// Are told when nothing runs any more. Empty unless the pool is draining.
  std::vector<caf::typed_response_promise<atom::drain>> drained;
  queue_status counters;
};

/// Returns the behavior of a BROKER actor: the queue of one pool, and who runs what.
/// @param self The pinned self pointer.
/// @param pool What the pool's actors share.
broker_actor::behavior_type broker_behavior(broker_self* self, pool_context_ptr pool);

} // namespace troupe::broker
