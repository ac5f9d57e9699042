#pragma once

#include "broker/front/http/route.hpp"

namespace troupe::front::http {

/// The parameters of every call, and of operations, since some become calls.
inline constexpr std::string_view call_parameters = "timeout_ms priority key";

/// Returns a route for the operation `kind` on the node. Its payload has the members of
/// the request's body; a segment `{name}` becomes its `name`.
/// @param query See `route::query`.
route operation_route(std::string_view method, std::string_view pattern,
                      std::string_view kind, std::string_view query = {});

/// Returns `r` as a route of agent-relay's broker, which has words of its own for errors.
route relayed(route r, error_words errors = error_words::relay);

} // namespace troupe::front::http
