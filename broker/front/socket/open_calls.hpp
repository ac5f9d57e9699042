#pragma once

#include "actors/interfaces/slot_table.hpp"
#include "protocol/base/ids.hpp"

namespace troupe::front::socket {

/// The calls that a connection has handed on and not yet answered, by the tag under which
/// their outcome comes back.
template <class T>
using open_calls = slot_table<tag_id, T>;

} // namespace troupe::front::socket
