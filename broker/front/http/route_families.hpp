#pragma once

namespace troupe::front::http {

class route_registry;

// The families of routes: each adds its own to a registry, and has a file of its own.

void add_call_routes(route_registry& all);
void add_node_routes(route_registry& all);
void add_session_routes(route_registry& all);
void add_event_routes(route_registry& all);
void add_terminal_routes(route_registry& all);
void add_agent_routes(route_registry& all);
void add_slow_call_routes(route_registry& all);
void add_open_call_routes(route_registry& all);
void add_metrics_routes(route_registry& all);
void add_history_routes(route_registry& all);
void add_dashboard_socket_route(route_registry& all);

/// @param shown Whether the dashboard is on.
void add_dashboard_routes(route_registry& all, bool shown);

} // namespace troupe::front::http
