#pragma once

#include <sys/types.h>

#include <cstdint>

namespace troupe::os {

/// Returns the resident bytes of `root` and of everything it started that is still its
/// descendant; 0 if it is gone. Reads /proc, a file or two per process.
uint64_t resident_memory(pid_t root);

} // namespace troupe::os
