#pragma once

#include "actors/os/child.hpp"

#include <chrono>

namespace troupe::worker {

/// What of a child is read. Reading stops for a client that is behind, while something
/// waits to be handled, and for a child that makes calls but does not read the answers.
class reading_gate {
public:
  using milliseconds = std::chrono::milliseconds;

  /// Whether a client is behind with reading what the child streams.
  void set_client_behind(bool is) noexcept { client_is_behind_ = is; }
  bool client_is_behind() const noexcept { return client_is_behind_; }

  /// Whether the child has more answers to its own calls before it than it should.
  void set_owes_answers(bool is) noexcept { owes_answers_ = is; }
  bool owes_answers() const noexcept { return owes_answers_; }

  /// Has the child read accordingly.
  /// @param output_waits Something that it said waits to be handled.
  /// @param log_waits The same for its log.
  void apply(os::child& child, bool output_waits, bool log_waits);

  /// The child is not read for so long because of what nobody asked it for.
  void note_pause(milliseconds pause) noexcept { slowed_ += pause; }
  milliseconds slowed() const noexcept { return slowed_; }

private:
  bool client_is_behind_ = false;
  bool owes_answers_ = false;
  // What is read now.
  bool reads_output_ = true;
  bool reads_control_ = true;
  bool reads_log_ = true;
  milliseconds slowed_{0};
};

} // namespace troupe::worker
