#include "broker/front/http/operation_route.hpp"
#include "broker/front/http/route_families.hpp"
#include "broker/front/http/route_registry.hpp"

/// What clients of agent-relay's broker ask beside the terminals themselves.
namespace troupe::front::http {

void add_agent_routes(route_registry& all) {
  all.add(relayed(operation_route("GET", "api/session", "session")));
  all.add(relayed(operation_route("POST", "api/session/renew", "agents.renew")));
  all.add(relayed(operation_route("GET", "api/config", "agents.config")));
  all.add(relayed(operation_route("GET", "api/status", "agents.status")));
  all.add(relayed(operation_route("GET", "api/metrics", "agents.metrics", "agent")));
  all.add(relayed(operation_route("GET", "api/crash-insights", "agents.crashes")));
  all.add(relayed(operation_route("GET", "api/events/replay", "agents.replay",
                                  "sinceSeq since_seq")));
  all.add(relayed(operation_route("POST", "api/preflight", "agents.preflight")));
}

} // namespace troupe::front::http
