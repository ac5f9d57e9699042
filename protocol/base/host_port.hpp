#pragma once

#include <string_view>

namespace troupe {

/// Returns whether `text` has the form `host:port`, as of a place that can be dialled: a
/// host of letters, digits, `.`, `-` and `_`, or an IPv6 address in brackets, and a port
/// from 1 to 65535. Whether there is such a host is not looked at. For what other nodes
/// say: the configuration is read more strictly.
bool is_host_port(std::string_view text);

} // namespace troupe
