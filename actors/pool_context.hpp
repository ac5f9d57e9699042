#pragma once

#include "actors/interfaces.hpp"
#include "actors/process/launcher.hpp"
#include "protocol/config/config.hpp"

#include <spdlog/logger.h>

#include <memory>
#include <string>

namespace troupe {

/// What the actors of one pool share; never changes while they live.
struct pool_context {
  config::pool config;
  /// The node's name, for the greeting.
  std::string node;
  /// What `{state_dir}` and `{socket}` in a command stand for.
  std::string state_dir;
  std::string socket;
  std::shared_ptr<spdlog::logger> log;
  events_actor events;
};

using pool_context_ptr = std::shared_ptr<const pool_context>;

/// Returns what starts worker `index` of the pool: its command and environment with the
/// placeholders filled in and the environment's rules applied.
spawn_spec make_spawn_spec(const pool_context& pool, int32_t index);

} // namespace troupe
