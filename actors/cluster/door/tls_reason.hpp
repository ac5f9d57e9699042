#pragma once

#include "actors/cluster/door/door_owner.hpp"
#include "protocol/tls/flaw.hpp"

#include <utility>

namespace troupe::door {

/// Returns why a node is refused with whom encryption did not come about, and who has
/// refused. @pre `error.what != tls::flaw::none`
std::pair<hello::refusal, refused_by> refusal_for(const tls::channel_error& error);

/// Returns why a node is refused whose certificate does not have the name that it goes
/// by; nothing if it has.
std::optional<hello::refusal> mistake_in_name(const tls::channel& channel,
                                              const std::string& node);

} // namespace troupe::door
