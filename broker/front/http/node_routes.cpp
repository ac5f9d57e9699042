#include "broker/front/http/operation_route.hpp"
#include "broker/front/http/route_families.hpp"
#include "broker/front/http/route_registry.hpp"

/// Pools, workers, and the node itself.
namespace troupe::front::http {

namespace {

route of_pool(route r) {
  r.about = path_subject::pool;
  return r;
}

route of_worker(route r) {
  r.about = path_subject::worker;
  return r;
}

/// A route that needs no API key.
route open_to_all(route r) {
  r.open = true;
  return r;
}

} // namespace

void add_node_routes(route_registry& all) {
  all.add(operation_route("GET", "api/pools", "pools", "cluster silent"));
  all.add(of_pool(operation_route("GET", "api/pools/{name}", "pool")));
  all.add(of_pool(operation_route("PUT", "api/pools/{name}", "configure")));
  all.add(of_pool(operation_route("DELETE", "api/pools/{name}", "remove")));
  all.add(of_pool(operation_route("POST", "api/pools/{name}/restart", "restart")));
  all.add(of_pool(operation_route("POST", "api/pools/{name}/reload", "reload")));
  all.add(of_pool(operation_route("POST", "api/pools/{name}/scale", "scale")));
  all.add(of_pool(operation_route("POST", "api/pools/{name}/stop", "stop")));
  all.add(of_pool(operation_route("POST", "api/pools/{name}/drain", "drain")));
  all.add(of_pool(operation_route("POST", "api/pools/{name}/resume", "resume")));
  all.add(of_pool(operation_route("GET", "api/pools/{name}/log", "log")));
  all.add(operation_route("POST", "api/reload", "reload"));
  all.add(operation_route("GET", "api/workers", "workers"));
  all.add(of_worker(operation_route("GET", "api/workers/{name}", "worker")));
  all.add(of_worker(operation_route("DELETE", "api/workers/{name}", "stop")));
  all.add(of_worker(operation_route("POST", "api/workers/{name}/restart", "restart")));
  all.add(of_worker(operation_route("GET", "api/workers/{name}/log", "log")));
  all.add(operation_route("GET", "api/nodes", "nodes"));
  all.add(operation_route("GET", "api/followers", "followers"));
  all.add(open_to_all(operation_route("GET", "health", "health")));
  all.add(open_to_all(operation_route("GET", "ready", "ready")));
}

} // namespace troupe::front::http
