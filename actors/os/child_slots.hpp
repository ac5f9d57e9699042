#pragma once

#include "actors/loop/unique_fd.hpp"

#include <array>
#include <cstddef>

namespace troupe::os {

/// Low descriptors that are kept for the ends that a child is given, from one start to
/// the next. A child begins with a copy of the node's descriptors up to the highest that
/// it needs: were these as high as they come, each start would cost what all the others
/// have open. For one thread.
class child_slots {
public:
  /// Opens the slots. Those that cannot be opened are missing.
  child_slots();

  /// Has slot `i` hold what `fd` is. Returns its number, or `fd` itself where there is no
  /// such slot.
  int put(size_t i, const loop::unique_fd& fd);

  /// Closes what the slots hold, and keeps their numbers.
  void clear();

private:
  loop::unique_fd null_;
  std::array<loop::unique_fd, 8> slots_;
  size_t used_ = 0;
};

} // namespace troupe::os
