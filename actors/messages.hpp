#pragma once

#include "actors/end_reason.hpp"
#include "actors/process/child.hpp"
#include "actors/process/exit_status.hpp"
#include "actors/stream_flow.hpp"
#include "protocol/limits.hpp"
#include "protocol/messages.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// Messages between actors of one node; none of them leaves the process.
namespace troupe {

struct pool_context;

/// Where outcomes of calls go: a client's connection. One sink serves many calls, each
/// under a tag of the sink's own. Any thread may call it.
class reply_sink {
public:
  virtual ~reply_sink() = default;

  /// Takes the outcome of the call `tag`: exactly once for each.
  virtual void settle(uint64_t tag, call_result result) = 0;

  /// Takes one part of a streamed result, before the outcome; says in `flow` when it is
  /// through.
  virtual void chunk(uint64_t tag, slice payload, std::shared_ptr<stream_flow> flow) = 0;

  /// Returns whether so much waits to be read by the client that none of its calls should
  /// start now. It tells whom it handed calls to when that is over.
  virtual bool is_behind() const noexcept { return false; }
};

using reply_sink_ptr = std::shared_ptr<reply_sink>;

/// A call, and where its outcome goes.
struct submission {
  call what;
  reply_sink_ptr sink;
  uint64_t tag = 0;
};

/// A call on its way from a broker to a worker.
struct job {
  /// Names the job between its broker and its worker.
  uint64_t ticket = 0;
  slice kind;
  slice payload;
  /// The worker is told how much time is left.
  steady_clock::time_point deadline;
  /// Where the parts of a streamed result go; nothing where the caller wants none.
  reply_sink_ptr stream;
  uint64_t tag = 0;
  /// Of a call that another worker made: the calls that wait for it.
  lineage_ptr lineage;
  /// The session that it is a step of; empty for none.
  slice session = {};
  /// It goes on where the session paused, and nowhere else.
  bool resumes = false;
};

/// What one read of a connection brought.
using submissions = std::vector<submission>;

/// How a call that a worker made ended.
struct nested_outcome {
  uint64_t tag = 0;
  call_result result;
};

/// What a worker learned of its child when it became ready.
struct worker_info {
  pid_t pid = -1;
  /// Calls it takes at once.
  uint32_t window = 1;
  bool can_cancel = false;
  bool can_ping = false;
  bool can_end = false;
  /// What the child calls itself; may be empty.
  std::string name;
  std::string version;
  /// The sessions that paused in it under an earlier node and that it still holds.
  std::vector<std::string> sessions;
};

/// What a worker counts. The sums of a pool outlive its workers.
struct worker_counters {
  /// Calls that were given to it.
  uint64_t calls = 0;
  /// Answers that came too late, twice or for no call.
  uint64_t late = 0;
  /// Pieces of output that were no frame.
  uint64_t stray = 0;
  /// What a flood of its own has cost it: events and log lines that were dropped, and how
  /// long it was not read.
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
  /// `starting`, `ready`, `busy` or `stopping`.
  std::string state;
  uint32_t window = 0;
  /// Calls whose callers wait.
  uint32_t in_flight = 0;
  /// Calls that nobody waits for and that have not come to an end.
  uint32_t abandoned = 0;
  /// Of the oldest call in it; empty for none.
  std::string current_kind;
  int64_t current_age_ms = 0;
  /// Nobody waits for that one any more.
  bool current_abandoned = false;
  std::string name;
  std::string version;
};

/// What `ps` shows of a worker's place in its pool, across incarnations.
struct seat_status {
  int32_t index = 0;
  worker_status worker;
  /// How often a worker that had ended on its own, or for its fault, was replaced.
  uint64_t restarts = 0;
  /// How often one was replaced as the configuration or an operator wants it.
  uint64_t replacements = 0;
  int64_t uptime_ms = 0;
  /// How the last incarnation ended, as JSON; empty for never.
  std::string last_exit;
  /// When that was, and how long ago.
  std::chrono::system_clock::time_point last_exit_time;
  int64_t last_exit_age_ms = 0;
};

/// What a worker wrote to its stderr last.
struct log_tail {
  /// The oldest first.
  std::vector<std::string> lines;
  /// How many of the first are of the worker before this one.
  size_t earlier = 0;
};

/// The supervisor's view of its pool.
struct crew_status {
  std::vector<seat_status> seats;
  /// Of all workers that the pool has had.
  worker_counters totals;
  /// The places that there are or were: a worker that is gone has left its last lines.
  int32_t places = 0;
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
  /// Workers that can take calls, and the calls they could take at once.
  uint64_t workers = 0;
  uint64_t slots = 0;
  /// Drained by an operator: takes no calls.
  bool paused = false;
  /// Why no call can run now; `code::none` while all is well.
  fault condition;
};

/// A worker that joins a broker.
struct member {
  caf::strong_actor_ptr worker;
  int32_t index = 0;
  /// Tells incarnations of one index apart.
  uint64_t incarnation = 0;
  uint32_t window = 1;
  /// The sessions that paused in it under an earlier node.
  std::vector<std::string> sessions = {};
};

/// Output of a terminal.
struct stream_part {
  /// The terminal's name.
  std::string name;
  /// Whole characters, unless what it prints is not UTF-8.
  slice bytes;
  /// How many bytes it has printed, these included.
  uint64_t offset = 0;
  /// Is told when the bytes have been taken in.
  std::shared_ptr<stream_flow> flow;
};

/// What is asked of a terminal's screen.
struct screen_view {
  /// A stream that draws it, rather than its text.
  bool ansi = false;
  /// Lines before those on the screen.
  uint32_t scrollback = 0;
};

/// Something worth telling those who follow the node.
struct event {
  /// E.g. `worker_ready`.
  std::string kind;
  /// JSON members without braces; may be empty.
  std::string members;
  /// Where a sender bounds what is on the way: is told when the event has been taken in.
  std::shared_ptr<stream_flow> flow = nullptr;

  /// What it counts as, on the way and where it is kept.
  size_t cost() const noexcept {
    return kind.size() + members.size() + limits::event_overhead;
  }
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::crew_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::end_reason)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::exit_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::launch_result)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::log_tail)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::member)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::nested_outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::shared_ptr<const troupe::pool_context>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::queue_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::reply_sink_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::screen_view)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stream_part)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::submissions)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_counters)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_info)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_status)
