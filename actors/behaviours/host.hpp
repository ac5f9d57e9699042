#pragma once

#include "actors/behaviours/pool_calls.hpp"
#include "actors/interfaces/behaviour_registry.hpp"
#include "actors/interfaces/worker_actor.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/worker/line_ring.hpp"
#include "actors/worker/worker_life.hpp"
#include "actors/worker/worker_losses.hpp"
#include "actors/worker/worker_slots.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace troupe::behaviours {

/// A worker whose calls run in a behaviour.
using host_actor = worker_actor::extend_with<behaviour_host_actor>;

struct host_state;

using host_self = loop::pinned_actor<host_actor, host_state>;

/// The state of a HOST actor.
struct host_state : worker::life_of_actor<worker::worker_life, host_self> {
  explicit host_state(caf::local_actor*);

  /// Starts the behaviour.
  void launch(const behaviour_kind& kind);
  /// The behaviour answered, and so has begun.
  void on_ready();
  /// The behaviour has ended, for this reason.
  void on_down(const caf::error& reason);

  // -- calls of the pool (host_calls.cpp) ----------------------------------------

  caf::result<outcome> run(job& j);
  void on_outcome(wires::slot_id id, outcome& result);
  void on_error(wires::slot_id id, const caf::error& error);
  /// Settles the call in the slot, if it has not ended.
  void settle(wires::slot_id id, call_result result);
  /// Passes on a part that the behaviour has written.
  caf::result<atom::writable> forward(result_chunk& c);
  /// Answers the parts whose callers have read enough.
  void resume_chunks();
  /// Answers what still waits of a call that has ended.
  void drop_chunks(ticket_id ticket);
  caf::result<atom::released> cancel(ticket_id ticket, milliseconds left);
  /// Wakes when the next abandoned call is due.
  void watch_abandoned();
  void release(worker::call_slot& s);

  // -- calls of the behaviour (host_pool_calls.cpp) --------------------------------

  caf::result<outcome> call_pool(pool_call& c);
  void cancel_named(tag_id wanted);
  /// Cancels what is called for the call with this ticket.
  void cancel_for(ticket_id ticket);
  void on_pool_outcome(nested_outcome& o);
  /// Nothing is owed to the behaviour any more.
  void forget_calls();

  // -- what the behaviour says (host_reports.cpp) ----------------------------------

  void log(const log_line& line);
  void publish_event(const shared_bytes& payload);
  void report_losses_later();
  void report_losses();
  worker_status status() const override;
  /// Adds the last lines that the behaviour logged.
  fault with_diagnostics(fault f) const override;
  /// Returns which rule of the data is broken, if any. True between any two messages. For
  /// tests.
  std::optional<std::string> verify() const;

  // -- ending (host_ending.cpp) ----------------------------------------------------

  /// Ends the behaviour once the calls in it have ended, or the time for that is over.
  void stop(end_reason why);
  /// Ends the behaviour at once, whatever is in it.
  void kill(end_reason why, fault cause);
  /// Ends a behaviour that will not free an abandoned slot.
  void force_stop();
  void end_softly();
  void end_by_force();
  /// Goes on without a behaviour whose thread takes no message any more.
  void give_up();
  /// Ends the actor, whose behaviour has ended.
  void end(bool in_order, std::string how);
  void fail_calls(const fault& why);

  std::optional<steady_clock::time_point> unused_since() const override;

  enum class timer : uint8_t {
    boot = static_cast<uint8_t>(worker_life::timer::count_),
    grace,
    losses,
    kill,
    give_up,
  };
  void on_timer(uint64_t number);

  static inline const char* name = "host";

  std::optional<spawned_behaviour> behaviour;
  /// Whether it may call the operations of the node.
  bool may_operate = false;
  worker::worker_slots slots;
  /// When the last call left it.
  steady_clock::time_point last_call;
  /// Parts that are answered when their callers have read enough, by the call.
  std::multimap<ticket_id, caf::typed_response_promise<atom::writable>> held_chunks;
  pool_calls calls;
  /// Made with the first call to a pool. Null before.
  std::shared_ptr<pool_call_sink> sink;
  worker::line_ring lines;
  worker::worker_losses losses;
};

static_assert(!std::is_aggregate_v<host_state>);

/// Returns the behavior of a HOST actor: a worker whose calls run in a behaviour.
/// @param self The pinned self pointer.
/// @param kind What it starts.
/// @param pool What the pool's actors share.
/// @param who Its replica and incarnation.
/// @param supervisor Is told when the behaviour is ready or must be replaced.
host_actor::behavior_type host_behavior(host_self* self,
                                        std::shared_ptr<const behaviour_kind> kind,
                                        pool_context_ptr pool,
                                        worker::worker_identity who,
                                        supervisor_actor supervisor);

} // namespace troupe::behaviours
