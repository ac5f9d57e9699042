#pragma once

#include "actors/os/launcher.hpp"

#include <filesystem>

namespace troupe::os {

/// Returns a launcher that starts nothing: it listens on a unix socket at `path` (mode
/// 0600), and each process of the node's user that dials it is the child of the next
/// worker that waits for one. Where none waits, a process that dials waits too.
///
/// Such a child cannot be signalled and its exit status is not known: a signal closes its
/// connection, and a closed connection is its end.
launcher_ptr make_external_launcher(loop::event_loop& loop, std::filesystem::path path);

} // namespace troupe::os
