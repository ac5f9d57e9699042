#include "broker/dashboard/assets.hpp"
#include "broker/front/http/page_file.hpp"
#include "broker/front/http/route_families.hpp"
#include "broker/front/http/route_registry.hpp"

#include <memory>

/// The dashboard's page. It holds no data, so nobody needs a key for it.
namespace troupe::front::http {

void add_dashboard_routes(route_registry& all, bool shown) {
  auto read = [shown](http_request&, request_source&) -> result<> {
    if (!shown)
      return failure(code::not_found, "the dashboard is off: `dashboard` of [http]");
    return {};
  };
  for (auto& file : troupe::dashboard::assets())
    all.add({.method = "GET",
             .pattern = file.path,
             .read = read,
             .answers = answer_form::file,
             .open = true,
             .file = std::make_shared<const page_file>(
                 make_page_file(file.content_type, file.bytes, file.gzipped))});
}

} // namespace troupe::front::http
