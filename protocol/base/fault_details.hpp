#pragma once

#include "protocol/base/end_reason.hpp"
#include "protocol/base/exit_status.hpp"
#include "protocol/base/session_state.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

struct fault;

/// What is wrong with a request, for programs that act upon it.
enum class request_flaw : uint8_t { format, mode, revision, count_ };

/// Returns the word of a flaw, e.g. `invalid_format`.
std::string_view word_for(request_flaw f);

/// How a worker's process ended, and why.
struct worker_end {
  end_reason reason = end_reason::exit;
  exit_status status;

  bool operator==(const worker_end&) const = default;
};

/// The worker that a fault is about.
struct worker_facts {
  /// Its name, e.g. `echo.0`.
  std::string name;
  std::optional<int64_t> pid = {};
  /// The end of its stderr, the oldest line first; nothing if it has no stderr of its
  /// own.
  std::optional<std::vector<std::string>> stderr_lines = {};
  /// Of the call in it, if it takes one at a time: as its client chose it, and of its
  /// trace. They are for the log; they do not leave the node and are not written.
  std::string request_id = {};
  std::string trace_id = {};

  bool operator==(const worker_facts&) const = default;
};

/// The session that a fault is about.
struct session_facts {
  std::string id;
  session_state state = session_state::running;

  bool operator==(const session_facts&) const = default;
};

/// The fault behind another one; shared, since it does not change.
class fault_cause {
public:
  fault_cause() = default;
  explicit fault_cause(fault why);

  /// Returns the cause, or null if there is none.
  const fault* get() const noexcept { return cause_.get(); }

  /// Compares the causes, not where they are.
  bool operator==(const fault_cause& other) const;

private:
  std::shared_ptr<const fault> cause_;
};

/// The facts about a fault beside its message. `fault_json.hpp` writes them.
struct fault_details {
  std::optional<request_flaw> flaw = {};
  std::optional<worker_end> end = {};
  std::optional<worker_facts> worker = {};
  /// The call has ended too many workers.
  bool quarantined = false;
  fault_cause cause = {};
  /// When to ask again.
  std::optional<std::chrono::milliseconds> retry_after = {};
  /// The same as a moment of the steady clock. It does not leave the node and is not
  /// written.
  std::optional<std::chrono::steady_clock::time_point> retry_at = {};
  std::optional<session_facts> session = {};
  /// JSON members without braces that are passed on as they came: said by a worker or by
  /// another node, read from a record, or a report of NODE.
  std::string relayed = {};
  /// The call has not started, and what failed is its pool here, not the call: another
  /// node may run it. It does not leave the node and is not written.
  bool never_started = false;
  /// A worker answered with it, of its own or from a call that it had made: it says
  /// nothing of that worker, whatever the code. It does not leave the node and is not
  /// written.
  bool answered = false;

  bool operator==(const fault_details&) const = default;
};

} // namespace troupe
