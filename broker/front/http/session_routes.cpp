#include "broker/front/http/operation_route.hpp"
#include "broker/front/http/route_families.hpp"
#include "broker/front/http/route_registry.hpp"

namespace troupe::front::http {

void add_session_routes(route_registry& all) {
  all.add(operation_route("POST", "api/sessions", "session.run", call_parameters));
  all.add(operation_route("GET", "api/sessions", "session.list"));
  all.add(operation_route("GET", "api/sessions/{name}", "session.status"));
  all.add(operation_route("DELETE", "api/sessions/{name}", "session.stop"));
  all.add(operation_route("POST", "api/sessions/{name}/continue", "session.continue",
                          call_parameters));
  all.add(operation_route("GET", "api/sessions/{name}/history", "session.history"));
}

} // namespace troupe::front::http
