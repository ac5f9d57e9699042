#include "broker/front/dashboard/dashboard_client.hpp"
#include "broker/front/dashboard/look_boards.hpp"
#include "broker/front/http/route_families.hpp"
#include "broker/front/http/route_registry.hpp"

/// The WebSocket of a page that looks.
namespace troupe::front::http {

void add_dashboard_socket_route(route_registry& all) {
  auto open = [boards = std::make_shared<dashboard::look_boards>()](
                  websocket::websocket_host& host, const http_request& r) {
    return std::make_unique<dashboard::dashboard_client>(host, boards->of_this_loop(),
                                                         r.may == access::all);
  };
  all.add({.method = "GET",
           .pattern = "ws/dashboard",
           .read = [](http_request&, request_source&) { return result<>{}; },
           .answers = answer_form::websocket,
           .open_socket = open,
           .socket_only_follows = true}); // for whoever may only look
}

} // namespace troupe::front::http
