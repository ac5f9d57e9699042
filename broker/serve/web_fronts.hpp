#pragma once

#include "broker/front/client_limit.hpp"
#include "broker/front/front_counts.hpp"
#include "broker/front/web/web_front.hpp"
#include "broker/serve/access_file.hpp"
#include "broker/serve/prepared_web.hpp"

#include <spdlog/logger.h>

#include <memory>
#include <string>

namespace troupe::serve {

/// A web front whose socket is bound.
struct open_web {
  /// Takes what `prepared` has, but for the sockets.
  open_web(prepared_web& prepared, const std::shared_ptr<spdlog::logger>& log);

  /// As a label: `web.NAME`.
  std::string label;
  std::shared_ptr<front::client_limit> limit;
  std::shared_ptr<front::front_counts> counts;
  std::shared_ptr<const front::web::web_front> front;
  /// Null if no file is written.
  std::shared_ptr<access_file> log_file;
};

} // namespace troupe::serve
