#pragma once

#include "protocol/base/exit_status.hpp"

namespace troupe::os {

using troupe::disconnected;
using troupe::exit_status;
using troupe::exited;
using troupe::signalled;
using troupe::unseen;

/// Returns the exit status in a status of `waitpid`.
exit_status to_exit_status(int wait_status);

} // namespace troupe::os
