#pragma once

#include "actors/interfaces.hpp"
#include "actors/process/launcher.hpp"
#include "protocol/config/config.hpp"

#include <spdlog/logger.h>

#include <memory>
#include <string>

namespace troupe {

class directory;

/// What the actors of one pool share. It never changes: a pool that is configured anew is
/// given another.
struct pool_context {
  config::pool config;
  /// Workers that may be starting at once; more wait for their turn.
  size_t starts_at_once = SIZE_MAX;
  /// Where the pool's workers find whom to call.
  const troupe::directory* directory = nullptr;
  /// The node's name, for the greeting.
  std::string node;
  /// What `{state_dir}` and `{socket}` in a command stand for.
  std::string state_dir;
  std::string socket;
  std::shared_ptr<spdlog::logger> log;
  events_actor events;
};

/// Returns `from` with another configuration.
pool_context_ptr reconfigured(const pool_context& from, config::pool to);

/// Returns what starts worker `index` of the pool: its command and environment with the
/// placeholders filled in and the environment's rules applied.
/// @param incarnation Names the socket of one that dials in.
spawn_spec make_spawn_spec(const pool_context& pool, int32_t index,
                           uint64_t incarnation = 0);

} // namespace troupe
