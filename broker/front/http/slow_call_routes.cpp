#include "broker/front/http/operation_route.hpp"
#include "broker/front/http/route_families.hpp"
#include "broker/front/http/route_registry.hpp"

namespace troupe::front::http {

void add_slow_call_routes(route_registry& all) {
  all.add(operation_route("GET", "api/calls/slow", "calls.slow"));
}

} // namespace troupe::front::http
