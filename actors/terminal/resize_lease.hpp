#pragma once

#include "protocol/base/call.hpp"

#include <string>

namespace troupe::terminal {

/// Decides which client sets a terminal's size. One client has the lease until it lets
/// go of it, or was not heard of for long, so that two clients do not fight.
class resize_lease {
public:
  /// Returns whether `client` may decide, now that it asks: nobody else does, or it takes
  /// over. A client without a name always may, and holds nothing.
  bool take(const std::string& client, bool take_over, steady_clock::time_point now);

  /// Gives it back; returns whether `client` held it.
  bool release(const std::string& client);

  /// Whether somebody holds it who was heard of lately.
  bool is_held(steady_clock::time_point now) const;

  const std::string& holder() const noexcept { return holder_; }

private:
  std::string holder_;
  steady_clock::time_point heard_;
};

} // namespace troupe::terminal
