#pragma once

#include "broker/front/certificates.hpp"
#include "broker/front/web/access_log.hpp"
#include "broker/front/web/status_counts.hpp"
#include "broker/front/web/web_task.hpp"
#include "protocol/config/web.hpp"

#include <memory>
#include <vector>

namespace troupe::front::web {

/// What all connections of a web front share.
struct web_front {
  config::web config;
  /// Null if it speaks in the clear.
  std::shared_ptr<const certificates> shown;
  /// In the order in which they are asked.
  std::vector<std::shared_ptr<web_handler>> handlers = {};
  /// Null for none.
  std::shared_ptr<access_log> log = {};
  std::shared_ptr<status_counts> answers = std::make_shared<status_counts>();
};

using web_front_ptr = std::shared_ptr<const web_front>;

} // namespace troupe::front::web
