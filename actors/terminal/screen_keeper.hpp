#pragma once

#include "actors/loop/pinned.hpp"
#include "actors/terminal/screen_actor.hpp"
#include "protocol/config/config.hpp"
#include "protocol/terminal/screen.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <optional>

namespace troupe::terminal {

struct screen_keeper_state;

using screen_keeper_self = loop::shared_actor<screen_actor, screen_keeper_state>;

/// The state of a SCREEN actor.
struct screen_keeper_state {
  explicit screen_keeper_state(caf::local_actor*) {}

  void feed(std::string_view bytes);
  outcome show(const screen_view& what);

  static inline const char* name = "screen";

  screen_keeper_self* self = nullptr;
  std::string terminal;
  terminal_actor owner;
  std::shared_ptr<stream_flow> flow;
  std::optional<vt::screen> screen;
  bool marks_pastes = false;
  /// The last views, by the request: many clients ask between two changes.
  std::map<std::pair<screen_format, uint32_t>, shared_bytes> shown;
  /// Of these; beyond, all are forgotten.
  static constexpr size_t most_shown = 8;
};

/// Returns the behavior of a SCREEN actor: a terminal emulator, fed and looked at.
/// @param name What the terminal is called.
/// @param how Its size and what it remembers.
/// @param owner Is told what concerns its program.
/// @param flow Is told of each piece that has been taken in.
screen_actor::behavior_type screen_keeper_behavior(screen_keeper_self* self,
                                                   std::string name, config::terminal how,
                                                   terminal_actor owner,
                                                   std::shared_ptr<stream_flow> flow);

} // namespace troupe::terminal
