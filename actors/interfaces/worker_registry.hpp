#pragma once

#include "actors/interfaces/pool_context.hpp"
#include "actors/interfaces/supervisor_actor.hpp"
#include "actors/interfaces/worker_actor.hpp"
#include "actors/os/launcher.hpp"
#include "protocol/config/worker_kind.hpp"

#include <caf/fwd.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace troupe {

/// The arguments for starting a worker.
struct worker_start {
  /// What the pool's actors share.
  pool_context_ptr pool;
  /// The index of its replica.
  int32_t index = 0;
  /// Unique among the pool's workers, past and present.
  incarnation_id incarnation;
  /// Is told when it is ready, and when it must be replaced.
  supervisor_actor supervisor;
  /// Starts its process, if it has one.
  os::launcher_ptr starter;
  /// If set, the process that it adopts.
  std::optional<detached_worker> detached;
  /// Where it lives; null: where its parent does.
  loop::event_loop* loop = nullptr;
  /// That loop among those of the pool; 0 is that of its parent.
  size_t loop_number = 0;
};

/// A kind of worker: what a configuration and the node ask about it, and what starts one.
struct startable_kind {
  config::worker_kind kind;
  /// Spawns a worker. A kind that lives on the loop of `parent` alone refuses `loops`.
  std::function<worker_actor(caf::local_actor& parent, worker_start start)> spawn;
};

/// The kinds of workers of a node. Is filled before the node starts and read from then
/// on, by any thread.
class worker_registry {
public:
  /// Adds a kind; one of the same name is replaced.
  void add(startable_kind k);

  /// Returns the kinds as the reader of a configuration knows them.
  const config::worker_kinds& known() const noexcept { return kinds_; }

  /// Starts a worker of the pool's kind, which is one of `known()`.
  worker_actor spawn(caf::local_actor& parent, worker_start start) const;

private:
  config::worker_kinds kinds_;
  std::map<std::string, decltype(startable_kind::spawn), std::less<>> spawners_;
};

} // namespace troupe
