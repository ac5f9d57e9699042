#include "broker/front/http/route_families.hpp"
#include "broker/front/http/route_registry.hpp"

namespace troupe::front::http {

route_registry built_in_routes(bool dashboard) {
  route_registry all;
  add_slow_call_routes(all);
  add_call_routes(all);
  add_node_routes(all);
  add_session_routes(all);
  add_event_routes(all);
  add_terminal_routes(all);
  add_agent_routes(all);
  add_open_call_routes(all);
  add_metrics_routes(all);
  add_history_routes(all);
  add_dashboard_routes(all, dashboard);
  if (dashboard)
    add_dashboard_socket_route(all);
  return all;
}

} // namespace troupe::front::http
