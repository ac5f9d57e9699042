#include "actors/os/child_slots.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace troupe::os {

namespace {

/// Above those that the child replaces.
constexpr int lowest_slot = 11;

} // namespace

child_slots::child_slots()
  : null_(::open("/dev/null", O_RDWR | O_CLOEXEC)) {
  if (null_)
    for (auto& slot : slots_)
      slot.reset(::fcntl(null_.get(), F_DUPFD_CLOEXEC, lowest_slot));
}

int child_slots::put(size_t i, const loop::unique_fd& fd) {
  if (i >= slots_.size() || !slots_[i]
      || ::dup3(fd.get(), slots_[i].get(), O_CLOEXEC) < 0)
    return fd.get();
  used_ = std::max(used_, i + 1);
  return slots_[i].get();
}

void child_slots::clear() {
  for (; used_ > 0; --used_)
    ::dup3(null_.get(), slots_[used_ - 1].get(), O_CLOEXEC);
}

} // namespace troupe::os
