#pragma once

#include "actors/interfaces/pool_context.hpp"
#include "actors/interfaces/supervisor_actor.hpp"
#include "actors/interfaces/worker_actor.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/loop/turn_budget.hpp"
#include "actors/loop/wake_ups.hpp"
#include "actors/worker/inflow.hpp"
#include "actors/worker/line_ring.hpp"
#include "actors/worker/nested_calls.hpp"
#include "actors/worker/worker_losses.hpp"
#include "actors/worker/worker_phase.hpp"
#include "actors/worker/worker_slots.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/wires/wire.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace troupe::worker {

struct worker_state;
/// What a WORKER does while nothing happens: heartbeats, and when it asks to be replaced.
struct worker_upkeep {
  /// Its own limits: the pool's less its jitter; 0 for none.
  uint64_t jobs = 0;
  uint64_t memory = 0;
  std::chrono::milliseconds age{0};
  std::chrono::milliseconds idle{0};
  /// It says so when it had no call for as long as this; 0 for never.
  std::chrono::milliseconds idle_notice{0};
  steady_clock::time_point last_call;
  /// It has asked to be recycled; once is enough.
  bool asked = false;
  uint64_t pings = 0;
  /// The number of the last ping that was answered.
  uint64_t pongs = 0;
};

using worker_self = loop::pinned_actor<worker_actor, worker_state>;

/// Who a WORKER is.
struct worker_identity {
  /// Its place in the pool.
  int32_t index = 0;
  /// Unique among the pool's workers, past and present.
  uint64_t incarnation = 0;
};

/// The state of a WORKER actor.
struct worker_state {
  explicit worker_state(caf::local_actor*);
  ~worker_state();

  /// Moves along the table of `worker_phase.hpp`; returns whether the event applied.
  bool step(worker_event e) { return advance(phase, e); }

  // -- the child ---------------------------------------------------------------

  /// Starts the child.
  void launch();
  void on_launched(os::launch_result& r);
  /// Opens the conversation, once there is something to talk through.
  void on_connected();
  void on_frame(wires::wire_frame& f);
  /// The child has closed what it talks through.
  void on_end_of_output();

  // -- calls (worker_calls.cpp) -----------------------------------------------

  caf::result<outcome> run(job& j);
  caf::result<atom::cancel> cancel(uint64_t ticket, std::chrono::milliseconds left);
  /// Nobody waits for what the slot holds: the child may take so long to end it.
  caf::result<atom::cancel> abandon(call_slot& s, std::chrono::milliseconds left);
  /// Returns the least that a child may take to end a call.
  /// @param told Whether it was sent word of it.
  std::chrono::milliseconds least_grace(bool told) const;
  /// Wakes when the next abandoned call is due.
  void watch_abandoned();
  /// Puts the call of `j` into a slot; returns why that fails.
  std::optional<fault> begin(call_slot& s, job& j);
  void settle(wires::frame::answer& a);
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
  void log_error_line(std::string_view line);
  void publish_event(const shared_bytes& payload);
  void report_losses_later();
  /// Tells log and followers what was lost since the last time.
  void report_losses();

  // -- sessions (worker_sessions.cpp) --------------------------------------------

  /// Takes the sessions back that paused in the child under an earlier node. Returns why
  /// the child cannot be taken over, if so.
  std::optional<fault> hold_sessions(const wires::frame::ready& r);
  /// The node ends: leaves the child behind if it may outlive the node, or else ends it.
  void leave();
  /// Leaves the child behind; returns false if it may not outlive the node, or need not.
  bool leave_behind();
  /// Runs the next step of a session that paused here.
  caf::result<outcome> resume(job& j);
  /// Sends the child word that the session of `s` goes on no more; returns whether there
  /// is such a word.
  bool tell_end(call_slot& s);
  /// Ends what the child keeps for a session that paused here.
  caf::result<atom::cancel> end_session(const std::string& session);

  // -- calls of the child itself (worker_nested.cpp) -----------------------------

  void call_out(wires::frame::nested_call& c);
  void cancel_out(const wires::frame::nested_cancel& c);
  /// Cancels what the child called for the call with this ticket.
  void cancel_out_for(uint64_t ticket);
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

  /// Starts the ladder: the protocol's stop, closed input, SIGTERM, SIGKILL.
  void stop(end_reason why);
  /// Kills the process group; the actor ends when the child is reaped.
  void kill(end_reason reason, fault why);
  /// SIGKILL, and if that does not help the node goes on without the child.
  void end_by_force();
  void give_up();
  void end_unstarted();
  void on_exited(const os::exit_status& status);
  /// Ends the worker once all that the child said before it ended was handled.
  void end_if_all_is_handled();
  void end(const os::exit_status& status);
  /// Whether the child left with status 0 when nothing was in it, and was of use before:
  /// it wants to be replaced, as after a limit of its own.
  bool left_in_order(const os::exit_status& status) const;
  /// @param reason Why the child is ended for that.
  void fail_start(end_reason reason, fault why);
  /// Returns that the child was not ready in time, and what came of it instead.
  fault late_start() const;
  void send_signal(int signal);
  /// Returns how the child ended, told as what the node did where it had a hand in it.
  std::string how_it_ended(const os::exit_status& status) const;

  // -- upkeep (worker_upkeep.cpp) ----------------------------------------------

  /// Begins heartbeats and the watch over the limits of recycling.
  void begin_upkeep();
  std::chrono::milliseconds left_until_idle_for(std::chrono::milliseconds wanted) const;
  void set_idle_notice(std::chrono::milliseconds after);
  void check_idle_notice();
  void check_idle();
  void check_memory();
  void ask_to_be_recycled(end_reason reason);
  void ping();
  void on_pong_due(uint64_t number);

  // -- timers (worker_ending.cpp) -----------------------------------------------

  enum class timer : uint8_t {
    /// Go on with what the child has said, or logged.
    said,
    logged,
    losses,
    boot,
    terminate,
    kill,
    grace,
    age,
    idle,
    idle_notice,
    memory,
    ping,
    pong,
    give_up
  };
  void set_timer(timer t, std::chrono::milliseconds delay, uint64_t subject = 0);
  void on_timer(uint64_t number);

  worker_status status() const;
  /// Adds who the child is and the end of its stderr to the details of `f`.
  fault with_diagnostics(fault f) const;
  event make_event(std::string kind, const json_object_writer& more) const;
  void publish(std::string kind, const json_object_writer& more) const;

  static inline const char* name = "worker";

  worker_self* self = nullptr;
  pool_context_ptr pool;
  worker_identity who;
  /// The child that it takes over, if it does not start one.
  std::optional<detached_worker> adopted;
  std::string full_name;
  shared_bytes shared_name;
  supervisor_actor supervisor;
  os::launcher_ptr starter;
  /// What the starter tells of the child; it keeps this actor, hence weak.
  std::weak_ptr<os::child_owner> mailbox;

  worker_phase phase = worker_phase::starting;
  std::unique_ptr<troupe::wires::wire> wire;
  os::child_ptr process;
  worker_info info;
  worker_slots slots;
  /// When it looks at the abandoned ones.
  loop::wake_ups graces;
  worker_upkeep upkeep;
  line_ring stderr_tail;
  /// Why the node ended the child, where it did.
  std::optional<fault> stop_cause;
  /// The word for that; also of a child that closed its output and was ended for it.
  std::optional<end_reason> because;
  /// The last signal that the node sent; 0 for none.
  int last_signal = 0;
  /// Whether it was asked to end by SIGTERM.
  bool was_terminated = false;
  /// The first output of a child that is not ready.
  std::string first_output;
  /// A client is behind with reading what the child streams.
  bool reading_paused = false;
  /// The child has more answers to its own calls before it than it should.
  bool owes_answers = false;
  /// What is read of the child now.
  bool reads_output = true;
  bool reads_control = true;
  bool reads_log = true;

  /// What was read, but not handled yet: output and control channel; log.
  inflow said;
  inflow logged;
  worker_losses losses;
  /// How long it was not read because of what nobody asked it for.
  std::chrono::milliseconds slowed{0};
  /// How the child ended, while there is something to handle that it said before.
  std::optional<os::exit_status> ended;

  /// The conversation was opened.
  bool connected = false;
  /// What is being handled, reused for each read; and the first that was not.
  std::vector<wires::wire_frame> frames;
  size_t next_frame = 0;
  nested_calls nested;
  worker_counters counters;
};

/// Returns the behavior of a WORKER actor: one child process, spoken to by the pool's
/// wire.
/// @param self The pinned self pointer.
/// @param pool What the pool's actors share.
/// @param who Its place in the pool.
/// @param supervisor Is told when the child is ready or must be replaced.
/// @param starter Starts the child.
/// @param left Set: the child is that one, and runs already.
worker_actor::behavior_type worker_behavior(worker_self* self, pool_context_ptr pool,
                                            worker_identity who,
                                            supervisor_actor supervisor,
                                            os::launcher_ptr starter,
                                            std::optional<detached_worker> left);

} // namespace troupe::worker
