#include "broker/front/http/route_families.hpp"
#include "broker/front/http/route_registry.hpp"

/// What Prometheus reads.
namespace troupe::front::http {

namespace {

route scrape_route(bool open) {
  return {.method = "GET",
          .pattern = "metrics",
          .read = [](http_request& r, request_source&) -> result<> {
            r.what.kind = shared_bytes::literal("metrics");
            return {};
          },
          .kind = "metrics",
          .answers = answer_form::metrics,
          .open = open};
}

} // namespace

void add_metrics_routes(route_registry& all) {
  all.add(scrape_route(false));
}

route_registry open_metrics_routes() {
  route_registry all;
  all.add(scrape_route(true));
  return all;
}

} // namespace troupe::front::http
