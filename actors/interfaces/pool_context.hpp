#pragma once

#include "actors/interfaces/events_actor.hpp"
#include "actors/interfaces/pool_context_ptr.hpp"
#include "actors/interfaces/pool_load.hpp"
#include "actors/interfaces/sampler_actor.hpp"
#include "actors/os/launcher.hpp"
#include "actors/os/user_account.hpp"
#include "protocol/config/config.hpp"
#include "protocol/wires/wire_registry.hpp"

#include <spdlog/logger.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

class crash_record;
class directory;
class worker_registry;

/// A worker that an earlier node has left running, and the sessions that paused in it.
struct detached_worker {
  int32_t index = 0;
  detached_process process;
  std::vector<std::string> sessions;
};

/// What there is for a pool to choose from.
struct pool_registries {
  /// The protocols that it may name.
  std::shared_ptr<const wires::wire_registry> wires;
  /// The kinds of workers that it may have, and what starts one.
  std::shared_ptr<const worker_registry> kinds = {};
};

/// What workers are told of their node.
struct node_facts {
  /// For the handshake.
  std::string name;
  /// What the node calls itself where versions are compared.
  config::session session = {};
  /// What `{state_dir}` and `{socket}` in a command stand for.
  std::string state_dir;
  std::string socket;
};

/// What a pool has to do with other nodes. Nothing where the node is alone.
struct pool_sharing {
  /// What they are told of it; may be null.
  std::shared_ptr<pool_load> load = {};
  /// A call that has waited for so long may go to one with room; 0 for never.
  std::chrono::milliseconds spill_after{0};
};

/// What the actors of one pool share. It never changes: a pool that is configured anew is
/// given another.
struct pool_context {
  config::pool config;
  /// Workers that may be starting at once; more wait for their turn.
  size_t starts_at_once = SIZE_MAX;
  /// Where the pool's workers find whom to call.
  const troupe::directory* directory = nullptr;
  pool_registries known;
  node_facts node;
  std::shared_ptr<spdlog::logger> log;
  events_actor events;
  /// Reads what workers use.
  sampler_actor sampler;
  /// The account of the workers' user, or why there is none; nothing if they run as the
  /// node does. Looked up once: a look-up may ask a server.
  std::optional<result<os::user_account, std::string>> account;
  /// Where crashes of programs on terminals are noted; may be nullptr.
  std::shared_ptr<crash_record> crashes;
  pool_sharing sharing;
  /// Is taken over when the pool begins; of one index the youngest first.
  std::vector<detached_worker> left;
};

/// Returns where the sockets and logs of workers are, under the node's state folder.
std::filesystem::path workers_folder(const std::filesystem::path& state_dir);

/// Looks the user of the pool's workers up. May take long: not for a loop.
void find_account(pool_context& pool);

/// Returns `from` with another configuration. Looks its user up.
pool_context_ptr reconfigured(const pool_context& from, config::pool to);

} // namespace troupe
