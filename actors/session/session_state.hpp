#pragma once

#include "protocol/base/session_state.hpp"
#include "protocol/base/transition_table.hpp"

#include <cstdint>

namespace troupe::session {

/// What can happen to a session.
enum class session_event : uint8_t {
  /// Its worker asks, or did not take an answer and asks as before.
  asked,
  /// Its worker has come to an end.
  concluded,
  /// Cannot continue, though its worker may live.
  broke,
  /// Its worker is gone.
  died,
  /// All that it asked is answered.
  continued,
  count_,
};

/// Rows: states. Columns: asked, concluded, broke, died, continued.
inline constexpr auto session_transitions = [] {
  using enum session_state;
  return transition_table<session_state, session_event>{{
      /* running  */ {paused, finished, failed, lost, never},
      /* paused   */ {never, never, failed, lost, running},
      /* finished */ {never, never, never, never, never},
      /* failed   */ {never, never, never, never, never},
      /* lost     */ {never, never, never, never, never},
  }};
}();

} // namespace troupe::session
