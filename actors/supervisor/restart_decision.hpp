#pragma once

#include "protocol/base/error.hpp"
#include "protocol/config/config.hpp"

#include <cstdint>

/// Decides whether another worker follows one that has ended. It is a function of typed
/// facts and the policy, and of nothing else.
namespace troupe::supervisor {

/// How a worker's end counts for its program.
enum class end_class : uint8_t {
  /// The node wanted it, or had to kill the worker for a call that nobody waited for: no
  /// sign of a broken program.
  asked,
  /// The process ended by itself with status 0.
  success,
  /// Anything else; also a worker that could not be started.
  failure,
};

/// Returns the class of a worker's last fault.
end_class class_of(const fault& why);

/// Returns whether another worker is to follow.
constexpr bool should_restart(config::restart_policy policy, end_class ended) {
  using enum config::restart_policy;
  return ended == end_class::asked || policy == always
         || (policy == on_failure && ended == end_class::failure);
}

} // namespace troupe::supervisor
