#pragma once

#include "actors/interfaces/worker_actor.hpp"

namespace troupe::terminal {

/// What is asked of a terminal's screen.
struct screen_view {
  /// A stream that draws it, rather than its text.
  bool ansi = false;
  /// Lines before those on the screen.
  uint32_t scrollback = 0;
};

/// A worker on a terminal of its own (`terminal/terminal.hpp`). It calls no other pools.
using terminal_actor = worker_actor::extend_with<caf::typed_actor<
    // From SCREEN: the terminal's answers to what its program asked it.
    caf::reacts_to<atom::next, shared_bytes>,
    // From SCREEN: whether pasted text is to be marked as such.
    caf::reacts_to<atom::update, bool>>>;

/// Keeps the screen of one terminal, beside the loops: that is work.
using screen_actor = caf::typed_actor<
    // From TERMINAL: what its program printed.
    caf::reacts_to<atom::output, shared_bytes>,
    // From TERMINAL: it has so many rows and columns from now on.
    caf::reacts_to<atom::update, uint16_t, uint16_t>,
    // From TERMINAL, for whoever asks: the screen as it is now.
    caf::replies_to<screen_view>::with<outcome>>;

} // namespace troupe::terminal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::terminal::screen_view)
