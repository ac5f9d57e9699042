#pragma once

#include "actors/loop/pinned.hpp"
#include "actors/loop/turn_budget.hpp"
#include "actors/worker/child_start.hpp"
#include "actors/worker/frame_inflow.hpp"
#include "actors/worker/heartbeats.hpp"
#include "actors/worker/log_inflow.hpp"
#include "actors/worker/nested_calls.hpp"
#include "actors/worker/reading_gate.hpp"
#include "actors/worker/worker_base.hpp"
#include "actors/worker/worker_losses.hpp"
#include "actors/worker/worker_slots.hpp"
#include "protocol/base/rare.hpp"
#include "protocol/wires/wire.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace troupe::worker {

struct worker_state;

using worker_self = loop::pinned_actor<worker_actor, worker_state>;

/// The state of a WORKER actor.
struct worker_state : worker_base_of<worker_self> {
  explicit worker_state(caf::local_actor*);
  ~worker_state() override;

  // -- the child ---------------------------------------------------------------

  /// Starts the child.
  void launch();
  void on_launched(os::launch_result& r);
  /// Opens the conversation, once there is something to talk through.
  void on_connected();
  void on_frame(wires::wire_frame& f);
  /// The child has closed what it talks through.
  void on_end_of_output();
  /// Takes what the child says of itself as it becomes ready.
  void on_ready(wires::frame::ready& r);
  void on_stray(std::string_view text);

  // -- calls (worker_calls.cpp) -----------------------------------------------

  caf::result<outcome> run(job& j);
  caf::result<atom::released> cancel(ticket_id ticket, std::chrono::milliseconds left);
  /// The caller of the call in the slot has left: the child may take so long to end it.
  caf::result<atom::released> abandon(call_slot& s, std::chrono::milliseconds left);
  /// Returns the least that a child may take to end a call.
  /// @param told Whether it was sent word of it.
  std::chrono::milliseconds least_grace(bool told) const;
  /// Wakes when the next abandoned call is due.
  void watch_abandoned();
  /// Puts the call of `j` into a slot, or returns why that fails.
  result<> begin(call_slot& s, job& j);
  void settle(wires::frame::answer& a);
  /// Frees the slot of a call that the child need not answer any more.
  void free_cancelled(const wires::frame::cancelled& c);
  /// Lets a child go that wants to be replaced; a call that it did not run goes back.
  void hand_back(wires::frame::retire& r);
  /// Sends a part of a streamed result on.
  void forward(wires::frame::chunk& c);

  // -- what the child says (worker_intake.cpp) ------------------------------------

  enum class timer : uint8_t;

  void on_output(uint8_t channel, shared_bytes bytes);
  void on_log(shared_bytes bytes);
  void handle_said();
  /// Gives output to the wire; remembers the first of a child that is not ready.
  void feed(const shared_bytes& bytes);
  bool handle_frames(loop::turn_budget& budget);
  /// Returns the units that a frame costs which nobody asked for; 0 for one that is
  /// charged for where it is handled.
  static uint64_t cost_of(const wires::wire_frame& f);
  void handle_logged();
  /// Returns whether more of `in` may be handled now; if not, timer `t` goes on with it.
  bool may_go_on(inflow& in, timer t, loop::turn_budget& budget);
  /// Handles all that the child has said so far: where an answer does not name its call,
  /// a second one to the last call would be taken for the answer to the next. Returns
  /// false if more of it is on its way through the mailbox.
  bool hear_all();
  /// Hands a piece of what the child said to the wire.
  void feed(const inflow::piece& piece);
  /// Sees who is behind with reading.
  void update_reading();
  void apply_reading();
  /// Returns whether a line of the child may go into the log; one that may not is
  /// counted.
  bool may_log(std::string_view line);
  /// Returns the call in the child if it takes one at a time, or nullptr.
  const call_slot* only_call() const;
  void log_error_line(std::string_view line);
  void publish_event(const shared_bytes& payload);
  /// Takes a sample of a metric of the child's own.
  void collect_metric(const shared_bytes& payload);
  void report_losses_later();
  /// Tells log and followers what was lost since the last time.
  void report_losses();

  // -- sessions (worker_sessions.cpp) --------------------------------------------

  /// Takes the sessions back that paused in the child under an earlier node, or returns
  /// why it cannot be taken over.
  result<> hold_sessions(const wires::frame::ready& r);
  /// The node ends: leaves the child behind if it may outlive the node, or else ends it.
  void leave();
  /// Leaves the child behind; returns false if it may not outlive the node, or need not.
  bool leave_behind();
  /// Runs the next step of a session that paused here.
  caf::result<outcome> resume(job& j);
  /// Tells the child that the session of `s` has ended; returns false if the protocol has
  /// no message for that.
  bool tell_end(call_slot& s);
  /// Ends what the child keeps for a session that paused here.
  caf::result<atom::released> end_session(const std::string& session);

  // -- calls of the child itself (worker_nested.cpp) -----------------------------

  void call_out(wires::frame::nested_call& c);
  void cancel_out(const wires::frame::nested_cancel& c);
  /// Cancels what the child called for the call with this ticket.
  void cancel_out_for(ticket_id ticket);
  void on_outcome(nested_outcome& o);
  /// Tells the child how its call ended.
  void reply(const shared_bytes& request_id, const call_result& result);
  /// Sends off an answer to the child's own call.
  void commit_answer();
  /// Nothing is owed to the child any more.
  void forget_calls();

  void release(call_slot& s);
  /// Ends what a worker does that will not free an abandoned slot.
  void force_stop();
  void protocol_error(std::string why);

  // -- ending (worker_ending.cpp) -----------------------------------------------

  void ask_to_end(end_reason why, std::chrono::milliseconds soft) override;
  void end_unstarted() override;
  void fail_calls(const fault& why) override;
  void on_exited(const os::exit_status& status) override;
  /// Ends the worker once all that the child said before it ended was handled.
  void end_if_all_is_handled();
  void end(const os::exit_status& status);
  /// Whether the child left with status 0 when nothing was in it, and was of use before:
  /// it wants to be replaced, as after a limit of its own.
  bool left_in_order(const os::exit_status& status) const;

  // -- upkeep (worker_upkeep.cpp) ----------------------------------------------

  /// Begins heartbeats and the watch over the limits of recycling.
  void begin_upkeep();
  std::optional<steady_clock::time_point> unused_since() const override;
  void ping();
  void on_pong_due(uint64_t number);

  /// The timers of WORKER alone.
  enum class timer : uint8_t {
    /// Go on with what the child has said, or logged.
    said = static_cast<uint8_t>(worker_base::timer::count_),
    logged,
    losses,
    boot,
    grace,
    ping,
    pong,
  };
  void on_timer(uint64_t number);

  worker_status status() const override;
  log_span lines_since(const log_question& asked) const;
  /// Returns which rule of the data is broken, if any: those of its parts, and that it is
  /// `busy` if a slot is in use. True between any two messages. For tests
  /// (worker_verify.cpp).
  std::optional<std::string> verify() const;
  /// Adds the end of the child's stderr as well.
  fault with_diagnostics(fault f) const override;

  static inline const char* name = "worker";

  child_start start;
  std::unique_ptr<troupe::wires::wire> wire;
  worker_info info;
  worker_slots slots;
  /// Most children make no calls themselves.
  rare<nested_calls> nested;
  heartbeats pings;
  /// When the last call left it.
  steady_clock::time_point last_call;

  /// Output that was read, but not handled yet: output and control channel; log.
  frame_inflow said;
  log_inflow logged;
  reading_gate reading;
  worker_losses losses;
  /// How the child ended, while there is something to handle that it said before.
  std::optional<os::exit_status> ended;
};

/// Returns the behavior of a WORKER actor: one child process, spoken to by the pool's
/// wire.
/// @param self The pinned self pointer.
/// @param pool What the pool's actors share.
/// @param who Its replica and incarnation.
/// @param supervisor Is told when the child is ready or must be replaced.
/// @param starter Starts the child.
/// @param left Set: the child is that one, and runs already.
worker_actor::behavior_type worker_behavior(worker_self* self, pool_context_ptr pool,
                                            worker_identity who,
                                            supervisor_actor supervisor,
                                            os::launcher_ptr starter,
                                            std::optional<detached_worker> left);

} // namespace troupe::worker
