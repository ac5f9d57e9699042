#pragma once

#include "actors/call_queue.hpp"
#include "actors/directory.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/pool_context.hpp"
#include "actors/status_json.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <map>

namespace troupe {

struct node_state;

using node_self = shared_actor<node_actor, node_state>;

/// What a NODE is given to work with. All of it outlives the actor.
struct node_context {
  config::node config;
  /// The loops, for pools to live on, in turn.
  std::vector<loop*> loops;
  spawner* processes = nullptr;
  troupe::directory* directory = nullptr;
  /// The path of the client's socket and the URL of HTTP, for those who ask.
  std::string socket;
  std::string url;
  std::string state_dir;
  std::shared_ptr<spdlog::logger> log;
  events_actor events;
  /// Called when an operator asks for the node to stop.
  std::function<void()> request_stop;
};

using node_context_ptr = std::shared_ptr<const node_context>;

/// The state of a NODE actor.
struct node_state {
  explicit node_state(caf::local_actor*);

  /// A pool and its actors.
  struct pool_entry {
    pool_context_ptr context;
    broker_actor broker;
    supervisor_actor supervisor;
    /// Whether its last worker and its supervisor are gone.
    bool ended = false;
  };

  void add_pool(const config::pool& p);
  void publish_directory();
  /// Runs one call to `$node`.
  void operate(pending_call c);
  caf::result<atom::drain> drain();
  void on_down(const caf::down_msg& m);
  bool all_pools_ended() const;

  static inline const char* name = "node";

  node_self* self = nullptr;
  node_context_ptr context;
  std::map<std::string, pool_entry, std::less<>> pools;
  size_t next_loop = 0;
  steady_clock::time_point started;
  bool draining = false;
  caf::typed_response_promise<atom::drain> drained;
};

/// Returns the behavior of a NODE actor: the directory of pools, and the operations.
/// @param self The self pointer; the actor runs beside the loops.
/// @param context What it works with.
/// @param pools The pools to begin with.
node_actor::behavior_type node(node_self* self, node_context_ptr context,
                               const std::vector<config::pool>& pools);

/// An operation on the node, named by the `kind` of a call to `$node`.
struct operation {
  std::string_view name;
  /// Settles `c`, now or later.
  void (*run)(node_state& node, pending_call c);
};

/// Returns the operation `name`, or nullptr.
const operation* find_operation(std::string_view name);

/// Returns the names of all operations, comma-separated, for messages.
std::string operation_names();

} // namespace troupe
