#pragma once

#include <sys/types.h>

#include <cstdint>

namespace troupe::os {

/// A message from the node to its guardian, through the guardian's stdin. The guardian
/// answers a `ping` with the number in it.
struct guardian_message {
  enum class kind : uint32_t {
    /// A child lives that leads this group, and a `setsid` group.
    watch,
    /// A child is to outlive the node, with all that it has started.
    spare,
    /// A child has ended; so has what it had started, or the node sees to it.
    forget,
    ping,
  };

  kind what = kind::ping;
  pid_t group = 0;
  /// Of the child, as in its mark; of the ping.
  uint64_t number = 0;
  /// When the leader was started, in the kernel's ticks.
  uint64_t started = 0;
};

} // namespace troupe::os
