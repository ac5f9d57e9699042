#pragma once

#include "actors/interfaces/child_owner_actor.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/os/launcher.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <optional>
#include <string>

namespace troupe::worker {

/// What a command has written and how it ended.
struct command_result {
  /// Of stdout and stderr, as they came: at most `limits::slow_command_output` bytes.
  std::string output;
  /// Whether it wrote more than that.
  bool cut = false;
  /// For a person, as in `exited with code 0`.
  std::string end;
};

/// Runs commands, one at a time.
using command_runner_actor = child_owner_actor::extend_with<caf::typed_actor<
    // Runs a command to its end, or kills it with its group after
    // `limits::slow_command_time`. One at a time: `busy` while another runs.
    caf::replies_to<os::spawn_spec>::with<command_result>,
    // From itself: the command with this number has run for too long.
    caf::reacts_to<internal::timer, timer_id>>>;

struct command_runner_state;

using command_runner_self =
    loop::pinned_actor<command_runner_actor, command_runner_state>;

/// The state of a COMMAND RUNNER actor.
struct command_runner_state {
  explicit command_runner_state(caf::local_actor*);

  caf::result<command_result> run(os::spawn_spec& spec);
  void on_launched(os::launch_result& r);
  void on_output(const shared_bytes& bytes);
  void on_timer(uint64_t number);
  void finish(std::string end);

  static inline const char* name = "command_runner";

  command_runner_self* self = nullptr;
  os::launcher_ptr starter;
  /// Counts the commands.
  uint64_t number = 0;
  /// Set while one runs.
  std::optional<caf::typed_response_promise<command_result>> asked;
  os::child_ptr process;
  command_result result;
  /// Whether it has been killed.
  bool killed = false;
};

static_assert(!std::is_aggregate_v<command_runner_state>);

/// Returns the behavior of a COMMAND RUNNER actor.
command_runner_actor::behavior_type command_runner_behavior(command_runner_self* self,
                                                            os::launcher_ptr starter);

} // namespace troupe::worker

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::os::spawn_spec)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker::command_result)
