#pragma once

#include "actors/interfaces.hpp"
#include "actors/process/launcher.hpp"
#include "protocol/config/config.hpp"

#include <spdlog/logger.h>

#include <memory>
#include <string>

namespace troupe {

class crash_record;
class directory;

/// A worker that an earlier node has left running, and the sessions that paused in it.
struct left_worker {
  int32_t index = 0;
  survivor process;
  std::vector<std::string> sessions;
};

/// What the actors of one pool share. It never changes: a pool that is configured anew is
/// given another.
struct pool_context {
  config::pool config;
  /// Workers that may be starting at once; more wait for their turn.
  size_t starts_at_once = SIZE_MAX;
  /// Where the pool's workers find whom to call.
  const troupe::directory* directory = nullptr;
  /// The node's name, for the greeting, and what it calls itself where versions are
  /// compared.
  std::string node;
  config::session session = {};
  /// What `{state_dir}` and `{socket}` in a command stand for.
  std::string state_dir;
  std::string socket;
  std::shared_ptr<spdlog::logger> log;
  events_actor events;
  /// Where crashes of programs on terminals are noted; may be nullptr.
  std::shared_ptr<crash_record> crashes;
  /// Is taken over when the pool begins; of one index the youngest first.
  std::vector<left_worker> left;
};

/// Returns where the sockets and logs of workers are, under the node's state folder.
std::filesystem::path workers_folder(const std::filesystem::path& state_dir);

/// Returns `from` with another configuration.
pool_context_ptr reconfigured(const pool_context& from, config::pool to);

/// Returns what starts worker `index` of the pool: its command and environment with the
/// placeholders filled in and the environment's rules applied.
/// @param incarnation Names its socket and, of one that may outlive the node, its log,
/// with something random for the latter: it may meet those of the next node.
spawn_spec make_spawn_spec(const pool_context& pool, int32_t index,
                           uint64_t incarnation = 0);

} // namespace troupe
