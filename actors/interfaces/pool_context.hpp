#pragma once

#include "actors/interfaces/events_actor.hpp"
#include "actors/interfaces/pool_activity.hpp"
#include "actors/interfaces/pool_context_ptr.hpp"
#include "actors/interfaces/pool_counts.hpp"
#include "actors/interfaces/pool_load.hpp"
#include "actors/interfaces/sampler_actor.hpp"
#include "actors/interfaces/status.hpp"
#include "actors/os/launcher.hpp"
#include "protocol/config/config.hpp"
#include "protocol/config/user_account.hpp"
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

/// The registries that a pool chooses from.
struct pool_registries {
  /// The protocols that it may name.
  std::shared_ptr<const wires::wire_registry> wires;
  /// The kinds of workers that it may have, and what starts one.
  std::shared_ptr<const worker_registry> kinds = {};
};

/// The facts that workers are told about their node.
struct node_facts {
  /// For the handshake.
  std::string name;
  /// The version by which the node is known where versions are compared.
  config::session session = {};
  /// The values of `{state_dir}` and `{socket}` in a command.
  std::string state_dir;
  std::string socket;
};

/// The ties of a pool to other nodes. Empty where the node is alone.
struct pool_sharing {
  /// The load that they are told; may be null.
  std::shared_ptr<pool_load> load = {};
  /// A call that has waited for so long may go to one with room; 0 for never.
  std::chrono::milliseconds spill_after{0};
};

/// The ties of a pool to those who look at it.
struct pool_observation {
  /// Reads what workers use.
  sampler_actor sampler;
  /// Is the same for all contexts of one pool. Never null.
  std::shared_ptr<pool_activity> activity = std::make_shared<pool_activity>();
};

/// What is remembered of a pool's workers.
struct pool_records {
  /// The record of crashes of programs on terminals; may be nullptr.
  std::shared_ptr<crash_record> crashes = {};
  /// What the actors of the pool count. Never null.
  pool_counts_ptr counts = std::make_shared<pool_counts>();
};

/// The data that the actors of one pool share. Immutable: a changed configuration gives
/// the pool another context.
struct pool_context {
  config::pool config;
  /// Workers that may be starting at once; more wait for their turn.
  size_t starts_at_once = SIZE_MAX;
  /// The names that the pool's workers may call.
  const troupe::directory* directory = nullptr;
  pool_registries known;
  node_facts node;
  std::shared_ptr<spdlog::logger> log;
  events_actor events;
  pool_observation observed;
  /// The account of the workers' user, or why there is none; nothing if they run as the
  /// node does. Looked up once: a look-up may ask a server.
  std::optional<result<config::user_account, std::string>> account;
  pool_records records;
  pool_sharing sharing;
  /// The workers that the pool adopts when it begins; of one index the youngest first.
  std::vector<detached_worker> detached;
};

/// Whether the pool can take a call now, or will as soon as a busy worker is free.
bool is_ready(const config::pool& pool, const queue_status& queue);

/// Returns where the sockets and logs of workers are, under the node's state folder.
std::filesystem::path workers_folder(const std::filesystem::path& state_dir);

/// Fills in the account of the pool's user. If the reader of the configuration has not
/// found it, it is looked up, which may take long: not for a loop.
void find_account(pool_context& pool);

/// Returns `from` with another configuration, and the account of its user.
pool_context_ptr reconfigured(const pool_context& from, config::pool to);

} // namespace troupe
