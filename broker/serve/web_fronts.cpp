#include "broker/serve/web_fronts.hpp"

#include "broker/front/mcp/endpoint.hpp"
#include "broker/front/web/application.hpp"
#include "broker/front/web/static_handler.hpp"

#include <utility>

namespace troupe::serve {

namespace {

/// Returns who answers the requests of a front, in the order in which they are asked.
std::vector<std::shared_ptr<front::web::web_handler>>
make_handlers(prepared_web& prepared, const std::shared_ptr<spdlog::logger>& log) {
  std::vector<std::shared_ptr<front::web::web_handler>> all;
  if (prepared.files)
    all.push_back(
        std::make_shared<front::web::static_handler>(*std::move(prepared.files)));
  if (prepared.config.mapping == config::web_mapping::http)
    all.push_back(std::make_shared<front::web::application>(
        prepared.config, std::move(prepared.uploads), log));
  else
    all.push_back(std::make_shared<front::mcp::endpoint>(prepared.config, prepared.node));
  return all;
}

} // namespace

open_web::open_web(prepared_web& prepared, const std::shared_ptr<spdlog::logger>& log)
  : label("web." + prepared.config.name)
  , limit(std::make_shared<front::client_limit>(label, front::most_clients()))
  , counts(std::make_shared<front::front_counts>(label)) {
  auto made = std::make_shared<front::web::web_front>();
  made->config = prepared.config;
  made->shown = prepared.certificates;
  made->handlers = make_handlers(prepared, log);
  if (prepared.access_file) {
    log_file = std::make_shared<access_file>(std::move(prepared.access_file),
                                             prepared.access_path);
    made->log = log_file;
  } else if (prepared.config.access_log.in_node_log) {
    made->log = front::web::access_in(log);
  }
  front = std::move(made);
}

} // namespace troupe::serve
