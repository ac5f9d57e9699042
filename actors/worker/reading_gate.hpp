#pragma once

#include "actors/os/child.hpp"

#include <chrono>

namespace troupe::worker {

/// Decides which outputs of a child are read. Reading stops while a client is behind,
/// while output waits to be handled, and while a child that makes calls does not read
/// the answers.
class reading_gate {
public:
  using milliseconds = std::chrono::milliseconds;

  /// Whether a client is behind with reading what the child streams.
  void set_client_behind(bool is) noexcept { client_is_behind_ = is; }
  bool client_is_behind() const noexcept { return client_is_behind_; }

  /// Whether the child has more answers to its own calls before it than it should.
  void set_owes_answers(bool is) noexcept { owes_answers_ = is; }
  bool owes_answers() const noexcept { return owes_answers_; }

  /// Starts or stops reading the child accordingly.
  /// @param output_waits Some of its output waits to be handled.
  /// @param log_waits The same for its log.
  void apply(os::child& child, bool output_waits, bool log_waits);

  /// Notes that the child is not read for this long because of unrequested output.
  void note_pause(milliseconds pause) noexcept { slowed_ += pause; }
  milliseconds slowed() const noexcept { return slowed_; }

private:
  bool client_is_behind_ = false;
  bool owes_answers_ = false;
  // The outputs that are read now.
  bool reads_output_ = true;
  bool reads_control_ = true;
  bool reads_log_ = true;
  milliseconds slowed_{0};
};

} // namespace troupe::worker
