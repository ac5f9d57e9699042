#pragma once

#include "actors/session/session_state.hpp"
#include "actors/session/session_step.hpp"
#include "actors/session/session_times.hpp"
#include "protocol/wires/session_pause.hpp"

#include <optional>
#include <string>

namespace troupe::session {

/// One conversation with one worker.
struct session_entry {
  using time_point = session_times::wall_clock::time_point;

  std::string id;
  std::string pool;
  /// The name of its worker, once it had one.
  std::string worker;
  session_state state = session_state::running;
  session_step step;
  wires::session_pause pause;
  /// How many queries it has asked in all.
  uint64_t queries = 0;
  /// The result of the last step, as JSON; `null` while it runs.
  std::string feed_result = "null";
  /// Why it is `failed` or `lost`.
  fault cause;
  /// The record of its worker, if the worker may outlive the node. Kept when the
  /// session has ended, since the worker may still be there.
  std::shared_ptr<const detached_process> detached_as;
  session_times times;

  bool ended() const noexcept { return is_end(state); }

  /// Moves along the table of `session_state.hpp`; returns whether the event applied.
  bool move(session_event e);

  /// Returns `{"session_id","state","feed_result"}`, as the steps are answered.
  std::string answer() const;

  /// Returns the same with one more member, whose value is JSON.
  std::string answer_with(std::string_view key, std::string_view json) const;

  /// Returns the same and whatever else is known of it, without its history.
  std::string describe(time_point now) const;

  /// Returns its cause with its id and its state beside it.
  fault told() const;

  /// Returns what a fault about it says of it.
  session_facts facts() const;

  /// Sets what it asks now as its result.
  void show_queries();

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;
};

} // namespace troupe::session
