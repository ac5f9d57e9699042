#pragma once

#include "actors/loop/loop.hpp"
#include "actors/loop/pinned_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>

namespace troupe::loop {

/// A typed actor that never runs on a loop, even when an actor there sends to it: for
/// work that may take its time.
template <class Handle, class State>
class shared_actor : public Handle::template stateful_base<State> {
public:
  using super = typename Handle::template stateful_base<State>;
  using super::super;

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override {
    super::enqueue(std::move(what), off_loop(unit));
  }

  void launch(caf::execution_unit* unit, bool lazy, bool hide) override {
    super::launch(off_loop(unit), lazy, hide);
  }

private:
  /// Replaces a loop by the unit that hands over to CAF's scheduler.
  caf::execution_unit* off_loop(caf::execution_unit* unit) {
    if (dynamic_cast<event_loop*>(unit))
      return this->home_system().dummy_execution_unit();
    return unit;
  }
};

/// Spawns the actor of the function `fun`, whose first parameter is a `pinned_actor*`, on
/// `loop`. Actors that it spawns itself are pinned to the same loop, unless it says
/// where.
template <class F, class... Ts>
auto spawn_on(event_loop& loop, F fun, Ts&&... args) {
  caf::actor_config cfg{&loop};
  return loop.system().spawn_functor(std::true_type{}, cfg, fun,
                                     std::forward<Ts>(args)...);
}

/// Does the same on another loop than that of the actor `parent`; without one, where
/// `parent` runs.
template <class F, class... Ts>
auto spawn_near(caf::local_actor& parent, event_loop* loop, F fun, Ts&&... args) {
  return loop ? spawn_on(*loop, fun, std::forward<Ts>(args)...)
              : parent.spawn(fun, std::forward<Ts>(args)...);
}

} // namespace troupe::loop
