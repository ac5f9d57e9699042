#include "actors/interfaces/pool_context.hpp"

namespace troupe {

std::filesystem::path workers_folder(const std::filesystem::path& state_dir) {
  return state_dir / "workers";
}

void find_account(pool_context& pool) {
  pool.account.reset();
  if (!pool.config.user.empty())
    pool.account = os::find_account(pool.config.user);
}

pool_context_ptr reconfigured(const pool_context& from, config::pool to) {
  auto copy = std::make_shared<pool_context>(from);
  copy->config = std::move(to);
  copy->left.clear();
  find_account(*copy);
  return copy;
}

} // namespace troupe
