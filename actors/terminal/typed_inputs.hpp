#pragma once

#include "protocol/base/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace troupe::terminal {

/// The bytes that were typed at a terminal, and the inputs among them that have not all
/// reached it. Positions are counted in all bytes that were ever typed.
class typed_inputs {
public:
  struct input {
    ticket_id ticket;
    uint64_t begin = 0;
    uint64_t end = 0;
  };

  /// A part of the bytes that wait.
  struct range {
    size_t offset = 0;
    size_t length = 0;
  };

  void type(size_t bytes) noexcept { typed_ += bytes; }

  /// Returns the position of what is typed next.
  uint64_t position() const noexcept { return typed_; }

  /// Notes that the input from `begin` on belongs to the call with this ticket.
  void add(ticket_id ticket, uint64_t begin) { open_.push_back({ticket, begin, typed_}); }

  size_t size() const noexcept { return open_.size(); }
  bool empty() const noexcept { return open_.empty(); }

  /// Returns how many bytes have reached the terminal.
  /// @param waiting Bytes on their way.
  /// @param lost Bytes that can reach it no more.
  uint64_t written(size_t waiting, uint64_t lost) const noexcept {
    return typed_ - waiting - lost;
  }

  /// Takes the first input out if all of it has reached the terminal, or none of it can
  /// any more.
  std::optional<input> take(uint64_t written, bool is_lost);

  /// Takes back the input of this call, for which nobody waits, unless it was begun: half
  /// of a line is worse. Returns which of the waiting bytes those are.
  std::optional<range> cancel(ticket_id ticket, uint64_t written);

  /// Returns which rule of the data is broken, if any: inputs follow each other, and end
  /// within what was typed. For tests.
  std::optional<std::string> verify() const;

private:
  uint64_t typed_ = 0;
  std::deque<input> open_;
};

} // namespace troupe::terminal
