#pragma once

#include "protocol/base/error.hpp"
#include "protocol/base/ids.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

/// What the actors tell of themselves, for `ps`.
namespace troupe {

/// The state of a replica, as `ps` shows it: the phase of its worker, or why it has
/// none.
enum class shown_state : uint8_t {
  starting,
  ready,
  busy,
  stopping,
  dead,
  /// An operator has stopped it.
  stopped,
  /// Its next worker is started later.
  waiting,
  /// Has no worker, and none is due.
  down,
  count_,
};

/// Returns the word of a state, as clients know it.
constexpr std::string_view word_for(shown_state s) {
  constexpr std::array<std::string_view, static_cast<size_t>(shown_state::count_)> words =
      {"starting", "ready", "busy", "stopping", "dead", "stopped", "waiting", "down"};
  return words[static_cast<size_t>(s)];
}

/// The counters of a worker. The sums of a pool outlive its workers.
struct worker_counters {
  /// Calls that were given to it.
  uint64_t calls = 0;
  /// Answers that came too late, twice or for no call.
  uint64_t late = 0;
  /// Pieces of output that were no frame.
  uint64_t stray = 0;
  /// Its losses to a flood of its own: dropped events and log lines, and how long it
  /// was not read.
  uint64_t dropped_events = 0;
  uint64_t dropped_log_lines = 0;
  uint64_t slowed_ms = 0;

  worker_counters& operator+=(const worker_counters& other) {
    calls += other.calls;
    late += other.late;
    stray += other.stray;
    dropped_events += other.dropped_events;
    dropped_log_lines += other.dropped_log_lines;
    slowed_ms += other.slowed_ms;
    return *this;
  }
};

/// What `ps` shows of a worker's present.
struct worker_status : worker_counters {
  pid_t pid = -1;
  shown_state state = shown_state::starting;
  uint32_t window = 0;
  /// Calls whose callers wait.
  uint32_t in_flight = 0;
  /// Calls that nobody waits for and that have not come to an end.
  uint32_t abandoned = 0;
  /// Of the oldest call in it; empty for none.
  std::string current_kind;
  int64_t current_age_ms = 0;
  /// The caller of that call has left.
  bool current_abandoned = false;
  std::string name;
  std::string version;
  /// Resident bytes of its processes. NODE has SAMPLER read them; 0 until then.
  byte_count memory;
  /// CPU time of its processes, and their share of it lately: 100 is one core. So is
  /// this.
  std::chrono::milliseconds cpu{0};
  double cpu_percent = 0;
};

/// The state of a replica, across its incarnations, as `ps` shows it.
struct replica_status {
  int32_t index = 0;
  worker_status worker;
  /// How often a worker that had ended on its own, or for its fault, was replaced.
  uint64_t restarts = 0;
  /// How often one was replaced as the configuration or an operator wants it.
  uint64_t replacements = 0;
  int64_t uptime_ms = 0;
  /// Calls of its workers before this one.
  uint64_t past_calls = 0;
  /// How the last incarnation ended; nothing for never.
  std::optional<fault> last_exit;
  /// When that was, and how long ago.
  std::chrono::system_clock::time_point last_exit_time;
  int64_t last_exit_age_ms = 0;
};

/// The last lines of a worker's stderr.
struct log_tail {
  /// The oldest first.
  std::vector<std::string> lines;
  /// How many of the first are of the worker before this one.
  size_t earlier = 0;
};

/// The supervisor's view of its pool.
struct pool_status {
  std::vector<replica_status> replicas;
  /// Of all workers that the pool has had.
  worker_counters totals;
  /// The replicas that there are or were: the last lines of an ended worker are kept.
  int32_t known_replicas = 0;
  /// Whether the breaker is open.
  bool broken = false;
  bool stopped = false;
};

/// The broker's view of its pool.
struct queue_status {
  uint64_t waiting = 0;
  /// Running calls whose callers wait.
  uint64_t in_flight = 0;
  /// Calls that nobody waits for and whose slots are still taken.
  uint64_t abandoned = 0;
  uint64_t calls = 0;
  uint64_t results = 0;
  uint64_t errors = 0;
  /// Calls that waited here and were given to another node.
  uint64_t handed_on = 0;
  /// Workers that can take calls, and the calls they could take at once.
  uint64_t workers = 0;
  uint64_t slots = 0;
  /// How long the oldest of the next calls has waited; nothing if none waits.
  std::optional<std::chrono::milliseconds> oldest_waiting;
  /// Set after a drain by an operator, since when it takes no calls: how long ago.
  std::optional<std::chrono::milliseconds> drained_for;
  /// Why no call can run now; `code::none` while all is well.
  fault condition;
};

} // namespace troupe
