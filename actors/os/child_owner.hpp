#pragma once

#include "actors/os/child.hpp"
#include "actors/os/exit_status.hpp"
#include "protocol/base/shared_bytes.hpp"

#include <cstdint>
#include <memory>

namespace troupe::os {

/// Hears what becomes of one child. Called on the loop of its launcher; no function waits
/// or throws. `spawned` comes first and once; after a child, `ended` comes last and once.
class child_owner {
public:
  virtual ~child_owner() = default;

  /// The child runs, or does not, and why.
  virtual void spawned(launch_result result) = 0;

  /// A child that dials in has done so. Does not come for others.
  virtual void connected() = 0;

  /// Bytes of channel 0, which all children have, or of another.
  /// @param bytes Empty if the child has closed channel 0, or does not read what is
  /// written to it. It may come for both.
  virtual void output(uint8_t channel, shared_bytes bytes) = 0;

  /// Bytes of the child's log: stderr, and stdout if the child does not talk through
  /// that.
  virtual void log(shared_bytes bytes) = 0;

  /// Bytes of the outbox have reached the child or are lost: see `child::report_writes`.
  virtual void written() = 0;

  /// The child has ended and was reaped.
  virtual void ended(const exit_status& how) = 0;
};

using child_owner_ptr = std::shared_ptr<child_owner>;

} // namespace troupe::os
