#pragma once

#include "actors/interfaces/worker_actor.hpp"

namespace troupe::terminal {

enum class screen_format : uint8_t {
  /// The text.
  plain,
  /// A stream that draws the screen.
  ansi,
};

/// A request for a view of a terminal's screen.
struct screen_view {
  screen_format format = screen_format::plain;
  /// Lines before those on the screen.
  uint32_t scrollback = 0;
};

/// Whether pasted text is to be marked as such.
enum class bracketed_paste : uint8_t { off, on };

/// A worker on a terminal of its own (`terminal/terminal.hpp`). It calls no other pools.
using terminal_actor = worker_actor::extend_with<caf::typed_actor<
    // From SCREEN: the terminal's answers to what its program asked it.
    caf::reacts_to<atom::terminal_reply, shared_bytes>,
    // From SCREEN: its program wants pasted text marked, or not.
    caf::reacts_to<atom::paste_mode, bracketed_paste>>>;

/// Keeps the screen of one terminal. Runs beside the loops, since it takes long.
using screen_actor = caf::typed_actor<
    // From TERMINAL: what its program printed.
    caf::reacts_to<atom::output, shared_bytes>,
    // From TERMINAL: it has so many rows and columns from now on.
    caf::reacts_to<atom::resize, uint16_t, uint16_t>,
    // From TERMINAL, for whoever asks: the screen as it is now.
    caf::replies_to<screen_view>::with<outcome>>;

} // namespace troupe::terminal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::terminal::screen_view)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::terminal::bracketed_paste)
