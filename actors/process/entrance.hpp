#pragma once

#include "actors/process/unique_fd.hpp"

namespace troupe {

/// How a connection with a child comes about that has none from birth.
class entrance {
public:
  virtual ~entrance() = default;

  /// Gives away a descriptor that is readable when it is time to `connect`.
  virtual unique_fd take_descriptor() = 0;

  /// Takes or makes a connection; returns none where that cannot be done now. Does not
  /// block.
  /// @param waiting The descriptor that was taken.
  virtual unique_fd connect(int waiting) = 0;
};

} // namespace troupe
