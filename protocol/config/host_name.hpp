#pragma once

#include <string>
#include <string_view>

namespace troupe::config {

/// Returns `host` made to fit the rules of a node's name: what is not allowed becomes
/// `-`, a name that would not start with a letter gets `node-` before it, an empty one is
/// `node`.
std::string to_node_name(std::string_view host);

/// Returns the name of this host, or nothing where the system does not tell.
std::string host_name();

} // namespace troupe::config
