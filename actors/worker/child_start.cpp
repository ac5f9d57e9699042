#include "actors/worker/child_start.hpp"

#include "protocol/base/limits.hpp"

namespace troupe::worker {

void child_start::remember(std::string_view output) {
  if (first_output_.size() < limits::log_excerpt)
    first_output_ += output.substr(0, limits::log_excerpt);
}

fault child_start::explain_delay(const pool_context& pool, const std::string& worker,
                                 bool is_awaited) const {
  auto& traits = pool.known.wires->find(pool.config.protocol)->traits;
  auto within = " within " + std::to_string(pool.config.boot_timeout.count()) + " ms";
  if (is_awaited)
    return {code::boot_timeout,
            worker + (traits.child_listens ? " did not open" : " did not connect to")
                + " its socket (TROUPE_SOCKET)" + within};
  auto on_stdout =
      pool.config.transport == config::transport::stdio && traits.sockets == 0;
  auto through = on_stdout ? "its stdout" : "its socket";
  auto what = first_output_.empty() ? std::string{"nothing came on "} + through
                                          + " (does it flush what it prints, and speak "
                                          + pool.config.protocol + "?)"
                                    : std::string{"what came on "} + through
                                          + " was not that it is ready: " + first_output_;
  return {code::boot_timeout, worker + " was not ready" + within + ": " + what};
}

} // namespace troupe::worker
