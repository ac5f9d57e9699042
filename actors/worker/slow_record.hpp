#pragma once

#include "actors/interfaces/events_actor.hpp"
#include "actors/interfaces/slow_log_actor.hpp"
#include "actors/worker/command_runner.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::worker {

/// How far the `slow_command` for a call is.
enum class command_step : uint8_t { none, waiting, running, done };

/// A call that was slow, as the slow log has it.
struct slow_record {
  using milliseconds = std::chrono::milliseconds;

  /// Its `worker` is null once the record is complete.
  slow_call call;
  /// When it became slow.
  std::chrono::system_clock::time_point time;
  pid_t pid = -1;
  milliseconds run{0};
  /// The time that it had left when it became slow.
  milliseconds left{0};
  /// The stderr of its worker: how many lines there were before it, and those since.
  std::optional<quantity> lines_before;
  std::vector<std::string> lines;
  command_step step = command_step::none;
  /// What the command has told; why it was not run stands in `end`.
  std::optional<command_result> told;
  /// Set when it has ended.
  std::optional<slow_call_end> end;
  /// Whether its first line, and its last, were written.
  bool reported = false;
  bool closed = false;

  milliseconds waited() const;
  /// Returns its outcome as a word: `running`, `ok`, `again` or a code.
  std::string outcome() const;
};

/// Returns what clients get of it.
std::string to_json(const slow_record& r);

/// Returns the text of its first line in the log, or of the last.
std::string begin_line(const slow_record& r);
std::string end_line(const slow_record& r);

/// Returns the event that tells of it.
event to_event(const slow_record& r);

} // namespace troupe::worker
