#pragma once

#include "protocol/tls/context.hpp"

namespace troupe::tls {

/// Has two ends of one node meet, as it will meet peers that trust the same authority:
/// so mistakes in its own certificate are found without a peer. Waits for nothing.
/// @param name The name of the node.
/// @return Why such a peer would refuse the node: for a person, and it begins with the
/// word for the reason, such as `foreign_certificate`.
result<void, std::string> rehearse(const context::ptr& server, const context::ptr& client,
                                   const std::string& name);

} // namespace troupe::tls
