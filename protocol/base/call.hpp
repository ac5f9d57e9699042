#pragma once

#include "protocol/base/front_kind.hpp"
#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/shared_bytes.hpp"
#include "protocol/base/trace_context.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// The clock of every deadline; monotonic.
using steady_clock = std::chrono::steady_clock;

/// A call in a worker that waits for another call which that worker made.
struct ancestor {
  std::string pool;
  /// Its ticket at its broker.
  ticket_id ticket;
  /// The node of that broker; empty for this one.
  std::string node = {};

  bool operator==(const ancestor&) const = default;
};

/// The calls that wait for a worker's own call, outermost first.
using ancestors_ptr = std::shared_ptr<const std::vector<ancestor>>;

/// What the end of a call means for a session.
enum class step_result : uint8_t {
  /// The call has ended with a result. All calls but those of sessions end so.
  done,
  /// The worker asks, and goes on when it is told `continue`: the result is
  /// `{"queries":[…]}`.
  paused,
  /// The session has ended, and the result says how: `{"state":…,"metrics":…}`.
  concluded,
  /// The call did not run: the worker wants to be replaced instead, and the call may
  /// run elsewhere.
  returned,
};

/// A process that may outlive the node, as the next one finds it again.
struct detached_process {
  int64_t pid = 0;
  /// When it was started, by `os::start_time`: tells processes of one pid apart.
  uint64_t started = 0;
  /// The path of the socket between it and the node.
  std::string socket;
  /// The path of the file for its stdout and stderr.
  std::string log;

  bool operator==(const detached_process&) const = default;
};

/// What the bytes of a call's payload, and of the parts of its answer, are.
enum class payload_form : uint8_t {
  /// JSON text.
  json,
  /// A head and a body, as in `protocol/web/web_frame.hpp`.
  web,
};

/// One correlated request, as a front took it.
struct call {
  /// The kind, for the worker: the body of a JSON string, escapes untouched.
  shared_bytes kind;
  /// The argument as JSON text, or as `form` says.
  shared_bytes payload = null_payload();
  /// Calls with one key go to one worker while it lives; empty for none. Unescaped.
  std::string key;
  /// When the front took it: deadlines count from here.
  steady_clock::time_point taken;
  /// For queue and execution together; absent means the pool's own limits.
  std::optional<std::chrono::milliseconds> timeout;
  /// The index of the one worker that may run it, or -1 for any.
  int32_t worker = -1;
  /// -10 (last) to 10 (first).
  int8_t priority = 0;
  /// Whether it may be run again when its worker died.
  bool idempotent = false;
  /// Whether the caller wants `chunk` frames before the answer.
  bool stream = false;
  /// Null for one that no worker made.
  ancestors_ptr ancestors;
  /// The session that it is a step of; empty for none. It does not leave the node.
  shared_bytes session = {};
  /// Of one that may run at another node: the pool it is for. Empty for all others.
  std::string pool = {};
  /// The node that the caller named, and no other may run it; empty for any.
  std::string node = {};
  /// How often it has gone from node to node.
  uint8_t hops = 0;
  /// Whether its pool, which has no room, asks for room at other nodes: if none has any,
  /// it waits in its pool. It does not leave the node.
  bool looks_for_room = false;
  /// Null for one that is part of no trace.
  trace_context_ptr trace = {};
  /// The caller's own name for it: the body of a JSON string, escapes untouched; empty
  /// for none. One that a client of HTTP gave goes along to other nodes.
  shared_bytes request_id = {};
  /// Where it came to this node. It does not leave the node.
  front_kind front = front_kind::node;
  /// What its payload is, and what the parts of its answer are to be.
  payload_form form = payload_form::json;
};

struct event_batch;

/// The good end of a call.
struct outcome {
  /// The result as JSON text.
  shared_bytes payload = null_payload();
  /// The name of the worker that answered, e.g. `echo.0`; empty where none did.
  shared_bytes worker = {};
  /// The members below do not leave the node.
  step_result step = step_result::done;
  /// Of a worker that may outlive the node: how it is found again.
  std::shared_ptr<const detached_process> detached_as = {};
  /// Set in each good answer to an `events` call: what the payload says, event by event.
  std::shared_ptr<const event_batch> events = {};
};

/// How a call ended.
using call_result = result<outcome>;

} // namespace troupe
