#include "protocol/config/config.hpp"

#include <algorithm>

namespace troupe::config {

bool pool::runs_on(std::string_view node) const {
  return on.empty() || std::find(on.begin(), on.end(), node) != on.end();
}

bool same_workers(pool a, const pool& b) {
  a.size = b.size;
  a.elastic = b.elastic;
  a.exec_timeout = b.exec_timeout;
  a.queue_limit = b.queue_limit;
  a.queue_timeout = b.queue_timeout;
  a.restart = b.restart;
  a.retries = b.retries;
  a.quarantine = b.quarantine;
  a.affinity = b.affinity;
  a.abandoned = b.abandoned;
  a.on = b.on;
  a.slow = b.slow;
  return a == b;
}

} // namespace troupe::config
