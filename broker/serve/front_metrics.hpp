#pragma once

#include "actors/interfaces/metrics_source.hpp"
#include "broker/front/client_limit.hpp"
#include "broker/front/front_counts.hpp"
#include "broker/front/http/request_counts.hpp"
#include "broker/front/web/status_counts.hpp"

#include <memory>
#include <string>
#include <vector>

namespace troupe::serve {

/// What METRICS is told of one front.
struct counted_front {
  std::shared_ptr<const front::client_limit> limit;
  std::shared_ptr<const front::front_counts> counts;
};

/// What METRICS is told of the answers of a web front.
struct counted_web {
  /// Stands for its route.
  std::string label;
  std::shared_ptr<const front::web::status_counts> answers;
};

/// Has METRICS told of the fronts, as long as the result lives.
metrics_sources::registration
add_front_source(metrics_sources& to, std::vector<counted_front> fronts,
                 std::shared_ptr<const front::http::request_counts> requests,
                 std::vector<counted_web> webs = {});

} // namespace troupe::serve
