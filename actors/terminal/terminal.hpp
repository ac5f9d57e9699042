#pragma once

#include "actors/interfaces/terminal_counts.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/os/launcher.hpp"
#include "actors/terminal/agent_profile.hpp"
#include "actors/terminal/message_delivery.hpp"
#include "actors/terminal/resize_lease.hpp"
#include "actors/terminal/screen_actor.hpp"
#include "actors/terminal/terminal_activity.hpp"
#include "actors/terminal/terminal_output.hpp"
#include "actors/terminal/typed_inputs.hpp"
#include "actors/worker/worker_base.hpp"
#include "protocol/base/json_writer.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <optional>

namespace troupe::terminal {

struct terminal_state;

using terminal_self = loop::pinned_actor<terminal_actor, terminal_state>;

/// The state of a TERMINAL actor: a worker whose child runs on a terminal. Its calls are
/// those of the table in terminal_calls.cpp.
struct terminal_state : worker::worker_base_of<terminal_self> {
  explicit terminal_state(caf::local_actor*);
  ~terminal_state() override;

  /// The timers of TERMINAL alone.
  enum class timer : uint8_t {
    deliver = static_cast<uint8_t>(worker_base::timer::count_),
    silence,
  };

  // -- the child ---------------------------------------------------------------

  void launch();
  void on_launched(os::launch_result& r);
  void on_output(const shared_bytes& bytes);
  void print(shared_bytes whole_characters);
  /// Reads the program again if it was waiting for those who look at its output.
  void read_on();
  void on_written();
  /// How many of the bytes that were typed have reached the terminal.
  uint64_t written() const;
  /// Counts those of them that were not counted before.
  void count_input();
  /// Returns what the node counts of its terminals; may be nullptr.
  terminal_counts* totals() const;
  /// Why an input did not reach it.
  fault hung_up() const;
  void on_timer(uint64_t number);
  worker_status status() const override;
  /// Returns which rule of the data is broken, if any. True between any two messages. For
  /// tests.
  std::optional<std::string> verify() const { return inputs.verify(); }

  // -- use -----------------------------------------------------------------------

  /// Whether somebody is at it now: drives it, or waits for what was typed or is to be.
  bool is_in_use() const;
  std::optional<steady_clock::time_point> unused_since() const override;
  bool may_be_replaced() const override { return !is_in_use(); }

  // -- ending (terminal_ending.cpp) ----------------------------------------------

  void ask_to_end(end_reason why, std::chrono::milliseconds soft) override;
  void fail_calls(const fault& why) override;
  void on_exited(const os::exit_status& status) override;
  void publish_exit(const os::exit_status& status) const;
  void note_crash(const os::exit_status& status) const;
  /// Has the node remove its pool, which was for its program alone.
  void ask_to_be_removed() const;

  // -- calls (terminal_calls.cpp) -----------------------------------------------

  caf::result<outcome> run(job& j);
  caf::result<atom::released> cancel(ticket_id ticket);
  void settle(ticket_id ticket, call_result result);
  std::optional<call_result> input(ticket_id ticket, std::string_view payload);
  std::optional<call_result> snapshot(ticket_id ticket, std::string_view payload);
  call_result resize(std::string_view payload);
  call_result describe() const;
  std::optional<call_result> show_usage(ticket_id ticket, std::string_view payload);
  /// Has bytes typed; returns false where too many wait already.
  bool type(std::string_view bytes);

  // -- messages (terminal_messages.cpp) -----------------------------------------

  call_result change_mode(std::string_view payload);
  call_result list_pending() const;
  call_result flush();
  call_result send(std::string_view payload);
  /// Goes on with the message that is to be typed, if it is time.
  void deliver();
  /// Types the first message; returns whether the terminal takes it.
  bool type_message();
  void enter_message();
  /// Counts and publishes what became of the first message, which is done.
  void end_delivery(delivery_result result, event_member how);
  void count(delivery_result result) const;
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

  static inline const char* name = "terminal";

  /// As a terminal: without the index where there is one.
  std::string shown_name;
  agent_profile agent;
  screen_actor screen;
  config::terminal size;
  resize_lease lease;

  terminal_output output;
  terminal_activity activity;
  typed_inputs inputs;
  message_delivery delivery;
  std::map<ticket_id, caf::typed_response_promise<outcome>> open;
  /// Bytes of input that the node has counted.
  uint64_t counted_input = 0;
};

/// Returns the behavior of a TERMINAL actor. Its parameters are those of `worker`.
terminal_actor::behavior_type
terminal_behavior(terminal_self* self, pool_context_ptr pool, worker::worker_identity who,
                  supervisor_actor supervisor, os::launcher_ptr starter);

} // namespace troupe::terminal
