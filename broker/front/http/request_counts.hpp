#pragma once

#include "broker/front/http/route_registry.hpp"
#include "protocol/base/shared_count.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace troupe::front::http {

/// How many requests each route has answered with which status, since the node began.
/// The labels are closed lists: the patterns of a registry, and the statuses that this
/// front has. Connections on all loops count here, and no actor stands for them: hence
/// counts that are shared. Thread-safe.
class request_counts {
public:
  /// Statuses of answers; any other is counted as the last.
  static constexpr std::array<unsigned, 23> statuses = {
      101, 200, 304, 400, 401, 403, 404, 405, 408, 409, 413, 414,
      422, 426, 429, 431, 499, 500, 501, 502, 503, 504, 505};

  /// @param routes Is complete.
  explicit request_counts(const route_registry& routes);

  /// Counts an answer. @param where Null for a request whose head alone was refused.
  void add(const route* where, unsigned status) noexcept;

  /// What was answered at least once.
  struct row {
    /// As the documents write the path, e.g. `/api/pools/{name}`; `none` for no route.
    std::string route;
    unsigned status = 0;
    uint64_t requests = 0;
  };

  std::vector<row> rows() const;

private:
  using by_status = std::array<shared_count, statuses.size()>;

  std::vector<std::string> routes_;
  /// In the order of `routes_`.
  std::unique_ptr<by_status[]> counts_;
};

using request_counts_ptr = std::shared_ptr<request_counts>;

} // namespace troupe::front::http
