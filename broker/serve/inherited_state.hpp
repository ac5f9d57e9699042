#pragma once

namespace troupe::serve {

/// Puts in order what a process inherits from whoever started it and this program relies
/// on. The first thing that `main` does, for every command:
///
/// - The descriptors 0, 1 and 2 are open: one that was closed is /dev/null now. Else the
///   next file or socket would get its number, and with it what is written to stdout or
///   stderr.
/// - SIGCHLD has its default meaning. If it were ignored, the kernel would throw the exit
///   status of every child away.
/// - No signal is blocked.
///
/// Signals that were ignored stay so, but for those that `serve` acts on (`signals`).
/// @return Whether that worked.
bool settle_inherited_state();

} // namespace troupe::serve
