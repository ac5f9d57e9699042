#include "actors/os/exit_status.hpp"

#include <sys/wait.h>

namespace troupe::os {

exit_status to_exit_status(int wait_status) {
  if (WIFSIGNALED(wait_status))
    return signalled{WTERMSIG(wait_status)};
  return exited{WEXITSTATUS(wait_status)};
}

} // namespace troupe::os
