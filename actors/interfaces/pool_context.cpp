#include "actors/interfaces/pool_context.hpp"

namespace troupe {

bool is_ready(const config::pool& pool, const queue_status& queue) {
  // A pool that starts its first worker with the first call can take that call.
  return (queue.workers > 0 || pool.least() == 0) && !queue.drained_for
         && queue.condition.what == code::none;
}

std::filesystem::path workers_folder(const std::filesystem::path& state_dir) {
  return state_dir / "workers";
}

void find_account(pool_context& pool) {
  pool.account.reset();
  auto& name = pool.config.user;
  if (name.empty())
    return;
  auto& known = pool.config.account.found;
  if (known && known->name == name)
    pool.account.emplace(*known);
  else
    pool.account.emplace(config::find_account(name));
}

pool_context_ptr reconfigured(const pool_context& from, config::pool to) {
  auto copy = std::make_shared<pool_context>(from);
  copy->config = std::move(to);
  copy->detached.clear();
  find_account(*copy);
  return copy;
}

} // namespace troupe
