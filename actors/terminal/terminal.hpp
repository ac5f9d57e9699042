#pragma once

#include "actors/interfaces/pool_context.hpp"
#include "actors/interfaces/stream_flow.hpp"
#include "actors/interfaces/supervisor_actor.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/os/launcher.hpp"
#include "actors/terminal/message_queue.hpp"
#include "actors/terminal/resize_lease.hpp"
#include "actors/terminal/screen_actor.hpp"
#include "actors/worker/worker.hpp"
#include "actors/worker/worker_phase.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/terminal/screen.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <map>
#include <optional>

namespace troupe::terminal {

struct terminal_state;

using terminal_self = loop::pinned_actor<terminal_actor, terminal_state>;

/// The state of a TERMINAL actor: a worker whose child runs on a terminal. Its calls are
/// those of the table in terminal_calls.cpp.
struct terminal_state {
  explicit terminal_state(caf::local_actor*) {}

  /// An input whose bytes have not all reached the terminal.
  struct pending_input {
    uint64_t ticket = 0;
    /// Where it begins and ends, counted in all bytes that were ever to be typed.
    uint64_t begin = 0;
    uint64_t end = 0;
  };

  /// What a timer is for.
  enum class timer : uint8_t {
    terminate,
    kill,
    deliver,
    silence,
    age,
    idle,
    memory,
    /// Somebody was at it when it was to be recycled.
    unused,
    idle_notice,
    give_up,
  };

  // -- the child ---------------------------------------------------------------

  void launch();
  void on_launched(os::launch_result& r);
  void on_output(const shared_bytes& bytes);
  void print(shared_bytes whole_characters);
  void on_written();
  /// How many of the bytes that were typed have reached the terminal.
  uint64_t written() const;
  /// Why an input did not reach it.
  fault hung_up() const;
  void on_exit(const os::exit_status& status);
  void note_crash(const os::exit_status& status) const;
  void stop(end_reason why);
  void kill(end_reason reason, fault why);
  /// SIGKILL, and if that does not help the node goes on without the program.
  void end_by_force();
  void give_up();
  void on_timer(uint64_t number);
  void set_timer(timer t, std::chrono::milliseconds delay, uint64_t subject = 0);

  // -- upkeep (terminal_upkeep.cpp) ---------------------------------------------

  /// Sets out to be replaced when it is due for that, as the pool's rules of recycling
  /// say.
  void begin_upkeep();
  /// Tells the supervisor each time that nobody used it for so long; 0 for never.
  void set_idle_notice(std::chrono::milliseconds after);
  void check_idle_notice();
  void check_idle();
  void check_memory();
  /// Asks to be replaced for this reason, as soon as nobody is at it.
  void wear_out(end_reason reason);
  void ask_to_be_recycled();
  /// Whether somebody is at it now: drives it, or waits for what was typed or is to be.
  bool is_in_use() const;
  std::chrono::milliseconds left_until_unused_for(std::chrono::milliseconds wanted) const;

  // -- calls (terminal_calls.cpp) -----------------------------------------------

  caf::result<outcome> run(job& j);
  caf::result<atom::cancel> cancel(uint64_t ticket);
  void settle(uint64_t ticket, call_result result);
  std::optional<call_result> input(uint64_t ticket, std::string_view payload);
  std::optional<call_result> snapshot(uint64_t ticket, std::string_view payload);
  call_result resize(std::string_view payload);
  call_result describe() const;
  std::optional<call_result> show_usage(uint64_t ticket, std::string_view payload);
  /// Has bytes typed; returns false where too many wait already.
  bool type(std::string_view bytes);

  // -- messages (terminal_messages.cpp) -----------------------------------------

  call_result change_mode(std::string_view payload);
  call_result list_pending() const;
  call_result flush();
  call_result send(std::string_view payload);
  /// Goes on with the message that is to be typed, if it is time.
  void deliver();
  /// When this message may be typed.
  steady_clock::time_point due(const terminal_message& m) const;
  void watch_echo(std::string_view output);
  /// Whether the echo of the message that was entered last has been seen.
  bool is_echo_seen() const;
  terminal_message forget_delivered();
  void end_delivery(std::string_view kind, const json_object_writer& more);
  void fail_messages(const std::string& reason);

  // -- what clients of agent-relay do with it (terminal_agent.cpp) ----------------

  /// Has the program change its model, as people do: by `/model NAME`.
  call_result set_model(std::string_view payload);
  call_result subscribe(std::string_view payload);
  call_result unsubscribe(std::string_view payload);
  /// Tells once of each silence that is long enough.
  void check_silence();
  /// Returns what distinguishes it as an agent, as JSON members.
  json_object_writer agent_members() const;

  void publish(std::string kind, const json_object_writer& more) const;
  worker_status status() const;

  static inline const char* name = "terminal";

  terminal_self* self = nullptr;
  pool_context_ptr pool;
  worker::worker_identity who;
  /// As a worker, e.g. `shell.0`; and as a terminal: without the index where there is
  /// one.
  std::string full_name;
  std::string shown_name;
  supervisor_actor supervisor;
  os::launcher_ptr starter;

  worker::worker_phase phase = worker::worker_phase::starting;
  os::child_ptr process;
  pid_t pid = -1;
  screen_actor screen;
  std::shared_ptr<stream_flow> flow;
  bool reading_paused = false;
  std::optional<fault> stop_cause;
  /// The word for that.
  std::optional<end_reason> because;

  /// Of output: a character that is not complete.
  std::string partial;
  uint64_t printed = 0;
  steady_clock::time_point launched;
  steady_clock::time_point last_output;
  /// It was not quiet yet since its first output, and no message was typed.
  bool fresh = true;
  bool silence_told = false;

  /// When something was typed or its size was asked for.
  steady_clock::time_point last_used;
  /// The rules of recycling for this one, and why it is to be replaced.
  config::recycle rules;
  std::optional<end_reason> due_for_recycle;
  bool asked = false;
  std::chrono::milliseconds idle_notice{0};

  uint64_t typed = 0;
  std::deque<pending_input> inputs;
  std::map<uint64_t, caf::typed_response_promise<outcome>> open;
  uint64_t calls = 0;

  config::terminal size;
  resize_lease lease;
  bool marks_pastes = false;

  /// How far the first message is.
  enum class delivery : uint8_t { waiting, typed, entered };
  message_queue messages;
  delivery progress = delivery::waiting;
  steady_clock::time_point progressed;
  std::optional<echo_watch> echo;
  bool echoed = false;
  /// The kernel echoed when the message was typed; its echo was seen; it still echoed
  /// when the message was entered, so that nothing shows that the program has it.
  bool kernel_echoes = false;
  bool kernel_echoed = false;
  bool is_unprovable = false;
  bool deliver_set = false;
  uint64_t next_message = 1;

  std::string model;
  std::vector<std::string> channels;
};

/// Returns the behavior of a TERMINAL actor. Its parameters are those of `worker`.
terminal_actor::behavior_type
terminal_behavior(terminal_self* self, pool_context_ptr pool, worker::worker_identity who,
                  supervisor_actor supervisor, os::launcher_ptr starter);

} // namespace troupe::terminal
