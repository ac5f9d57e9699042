#pragma once

#include "actors/os/exit_status.hpp"
#include "protocol/base/end_reason.hpp"
#include "protocol/base/error.hpp"

#include <optional>
#include <string>

namespace troupe::worker {

/// How far the node is with ending a child, and why: the child is asked, gets SIGTERM,
/// then SIGKILL. Sends nothing itself.
class stop_ladder {
public:
  /// The child is asked to end. Returns false if it was to end before.
  bool begin(end_reason why);

  /// The child is to end because of `cause`. If it was to end before, the reason and the
  /// cause of then stay.
  void insist(end_reason why, fault cause);

  /// The child has closed its output and lives on: a reason, but no cause.
  void note_hang_up() { because_ = end_reason::disconnected; }

  /// SIGKILL did not help: `cause` is told if nothing else was the cause.
  void give_up(fault cause);

  /// Replaces the cause, and leaves the reason.
  void blame(fault cause) { cause_ = std::move(cause); }

  void note_signal(int number);

  /// Whether the node wants the child to end.
  bool has_begun() const noexcept { return cause_.has_value(); }

  /// Returns why. @pre `has_begun`
  const fault& cause() const { return *cause_; }

  /// Returns how a child ended that ended with `status`.
  worker_end end_with(const os::exit_status& status) const;

  /// Returns `status` told as what the node did, if it had a hand in it.
  std::string describe(const os::exit_status& status) const;

  /// Puts the cause into the fault of a child that ended as the node wanted. The message
  /// stays if the cause has none.
  void explain(fault& death) const;

private:
  std::optional<fault> cause_;
  std::optional<end_reason> because_;
  /// The last signal that the node sent; 0 for none.
  int last_signal_ = 0;
  bool was_terminated_ = false;
};

} // namespace troupe::worker
