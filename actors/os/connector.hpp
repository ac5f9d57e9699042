#pragma once

#include "actors/loop/unique_fd.hpp"

namespace troupe::os {

/// How a connection with a child comes about that has none from birth.
class connector {
public:
  virtual ~connector() = default;

  /// Gives away a descriptor that is readable when it is time to `connect`.
  virtual loop::unique_fd take_descriptor() = 0;

  /// Takes or makes a connection; returns none where that cannot be done now. Does not
  /// block.
  /// @param waiting The descriptor that was taken.
  virtual loop::unique_fd connect(int waiting) = 0;
};

} // namespace troupe::os
