#include "actors/behaviours/echo.hpp"

namespace troupe::behaviours {

namespace {

behaviour_actor::behavior_type echo_behavior(behaviour_self<>*,
                                             const behaviour_context&) {
  return {[](behaviour_call& c) { return outcome{std::move(c.payload)}; }};
}

} // namespace

behaviour_kind echo() {
  return {.name = "echo",
          .description = "answers each call with its own payload",
          .thread = behaviour_thread::loop,
          .window = 64,
          .spawn = [](behaviour_start start) { return start.spawn(echo_behavior); }};
}

} // namespace troupe::behaviours
