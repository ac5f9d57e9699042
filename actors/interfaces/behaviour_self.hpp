#pragma once

#include "actors/interfaces/behaviour_actor.hpp"
#include "actors/loop/pinned_actor.hpp"

#include <exception>
#include <string>
#include <type_traits>

namespace troupe {

/// Returns the fault of a behaviour that threw `thrown`: its words, if it has some.
fault fault_of_throw(const std::exception_ptr& thrown);

/// The state of a behaviour that needs none.
struct no_state {
  explicit no_state(caf::local_actor*) {}

  static inline const char* name = "behaviour";
};

/// The actor of a behaviour, on the thread that its kind has. A throw in a handler ends
/// it, with the words of the exception.
/// @tparam State Has an `explicit` constructor from `caf::local_actor*`: CAF would
/// initialise the first member of an aggregate from that pointer, silently.
template <class Role, class State>
class behaviour_self_of : public loop::pinned_actor<Role, State> {
public:
  static_assert(!std::is_aggregate_v<State>);

  explicit behaviour_self_of(caf::actor_config& cfg)
    : loop::pinned_actor<Role, State>(cfg) {
    this->set_exception_handler(
        [](std::exception_ptr& thrown) { return to_error(fault_of_throw(thrown)); });
  }
};

template <class State = no_state>
using behaviour_self = behaviour_self_of<behaviour_actor, State>;

/// Of one that takes `cancel`.
template <class State = no_state>
using cancellable_behaviour_self = behaviour_self_of<cancellable_behaviour_actor, State>;

} // namespace troupe
