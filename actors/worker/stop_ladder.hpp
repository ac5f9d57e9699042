#pragma once

#include "actors/os/exit_status.hpp"
#include "protocol/base/end_reason.hpp"
#include "protocol/base/error.hpp"
#include "protocol/base/rare.hpp"

#include <optional>
#include <string>

namespace troupe::worker {

/// The steps of ending a child, and why it ends: the child is asked, gets SIGTERM, then
/// SIGKILL. Sends nothing itself.
class stop_ladder {
public:
  /// Starts the stop: the child is asked to end. Returns false if a stop was under way.
  bool begin(end_reason why);

  /// Starts the stop because of `cause`. If a stop was under way, its reason and cause
  /// stay.
  void insist(end_reason why, fault cause);

  /// Notes that the child has closed its input or output and lives on: a reason, but no
  /// cause.
  void note_hang_up() { because_ = end_reason::disconnected; }

  /// Notes that SIGKILL did not help. `cause` counts only if there was none before.
  void give_up(fault cause);

  /// Replaces the cause, and leaves the reason.
  void blame(fault cause) { cause_ = std::move(cause); }

  void note_signal(int number);

  /// Returns whether the node wants the child to end.
  bool has_begun() const noexcept { return cause_.has_value(); }

  /// Returns the cause of the stop. @pre `has_begun`
  const fault& cause() const { return *cause_; }

  /// Returns the end of a child that ended with `status`.
  worker_end end_with(const os::exit_status& status) const;

  /// Returns `status` in words; says what the node did, if the node ended the child.
  std::string describe(const os::exit_status& status) const;

  /// Puts the cause into the fault of a child that the node has ended. The fault keeps
  /// its message if the cause has none.
  void explain(fault& death) const;

private:
  rare<fault> cause_;
  std::optional<end_reason> because_;
  /// The last signal that the node sent; 0 for none.
  int last_signal_ = 0;
  bool was_terminated_ = false;
};

} // namespace troupe::worker
