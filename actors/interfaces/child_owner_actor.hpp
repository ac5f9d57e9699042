#pragma once

#include "actors/interfaces/type_ids.hpp"
#include "actors/os/child.hpp"
#include "actors/os/exit_status.hpp"

#include <caf/typed_actor.hpp>

namespace troupe {

/// The role of an actor that owns a child. In prose an actor's name stands in capitals.
using child_owner_actor = caf::typed_actor<
    // From the launcher: the child runs, or does not.
    caf::reacts_to<atom::spawned, os::launch_result>,
    // From its child, where that is not at once with `spawned`: it has dialled in.
    caf::reacts_to<atom::connected>,
    // From its child: bytes of what it talks through; none when it closed that.
    caf::reacts_to<atom::output, shared_bytes>,
    // From its child: bytes of the channel with this number, where it has more than one.
    caf::reacts_to<atom::output, uint8_t, shared_bytes>,
    // From its child: bytes of its log: stderr, and stdout where it talks through others.
    caf::reacts_to<atom::log, shared_bytes>,
    // From its child: bytes of the outbox have reached it, or are lost.
    caf::reacts_to<atom::written>,
    // From its child: it ended and was reaped.
    caf::reacts_to<atom::exited, os::exit_status>>;

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::os::launch_result)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::os::exit_status)
