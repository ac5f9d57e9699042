#pragma once

#include "actors/interfaces/pending_call.hpp"

#include <string>

/// What an operation has to do with other nodes.
namespace troupe::node {

struct node_state;

/// Gives a call to `$node` to the node that its payload names, if that is another one: by
/// `pool@node`, the id of a session or of an open call, or a pool that sessions can begin
/// in at other nodes only. The one place where that is done, for all operations. If the
/// payload names this node, it does not any more.
/// @returns Whether `c` was given away.
bool forward(node_state& node, pending_call& c);

/// Gives a call to `$node` to another node, whose answer goes to the caller.
void forward_to(node_state& node, pending_call& c, std::string other);

} // namespace troupe::node
