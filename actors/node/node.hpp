#pragma once

#include "actors/broker/call_queue.hpp"
#include "actors/interfaces/broker_actor.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/interfaces/node_actor.hpp"
#include "actors/interfaces/pool_context.hpp"
#include "actors/interfaces/supervisor_actor.hpp"
#include "actors/loop/pinned.hpp"
#include "actors/node/status_json.hpp"
#include "actors/session/sessions.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <variant>

namespace troupe::node {

struct node_state;

using node_self = loop::shared_actor<node_actor, node_state>;

/// The clients of one front.
struct client_count {
  std::string front;
  size_t open = 0;
  size_t most = 0;
  /// Turned away, since there were too many.
  uint64_t refused = 0;
};

/// What a NODE is given to work with. All of it outlives the actor.
struct node_context {
  config::node config;
  config::session session;
  std::shared_ptr<session::session_registry> registry;
  std::shared_ptr<session::session_acceptors> acceptors;
  /// The loops, for pools to live on, in turn.
  std::vector<loop::event_loop*> loops;
  os::spawner* processes = nullptr;
  troupe::directory* directory = nullptr;
  /// The protocols that pools may name.
  std::shared_ptr<const wires::wire_registry> wires;
  /// The path of the client's socket and the URL of HTTP, for those who ask.
  std::string socket;
  std::string url;
  std::string state_dir;
  std::shared_ptr<spdlog::logger> log;
  events_actor events;
  /// Returns how many clients were let go because they did not read.
  std::function<uint64_t()> clients_let_go;
  /// Called when an operator asks for the node to stop.
  std::function<void()> request_stop;
  /// Reads the configuration again: its pools, or what is wrong with it, for a person.
  /// Is told whether pools of the configuration run now. May take as long as the file
  /// system does.
  std::function<std::variant<std::vector<config::pool>, std::string>(bool)> read_pools;
  /// Called when the node cannot go on, with the reason: it ends.
  std::function<void(std::string)> give_up;
  /// What `cwd` of a pool that comes by request is relative to.
  std::filesystem::path folder;
  /// Called with the longest frame of a pool that came or changed.
  std::function<void(uint64_t)> expect_frames;
  /// Counts the clients of each front; may be absent.
  std::function<std::vector<client_count>()> clients;
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
    /// Made or changed by a request: the file does not say that it should go.
    bool by_request = false;
    /// On its way out: nobody finds it any more.
    bool removing = false;
    /// Whether its last worker and its supervisor are gone.
    bool ended = false;
    /// Called when it has ended.
    std::vector<std::function<void()>> on_ended;
  };

  /// @param left Workers of it that an earlier node has left.
  void add_pool(const config::pool& p, std::vector<detached_worker> left = {});
  /// Returns the workers that an earlier node has left, by the pools that take them over,
  /// and ends the others; the sessions in those lose their worker.
  std::map<std::string, std::vector<detached_worker>>
  find_left(const std::vector<config::pool>& wanted,
            std::vector<session::session_entry>& earlier) const;
  /// Configures a pool anew; `done` gets how many workers were replaced, or why none was
  /// and all is as before.
  void change_pool(pool_entry& entry, const config::pool& to, bool replace_all,
                   std::function<void(const std::variant<uint64_t, fault>&)> done);
  /// Takes no more calls for a pool, lets those that run end, and stops it.
  void remove_pool(pool_entry& entry, std::function<void()> done);
  void end_pool(const pool_entry& entry);
  /// Returns the pool of this name unless it is being removed.
  pool_entry* find_pool(std::string_view name);
  void publish_directory();
  /// Runs one call to `$node`.
  void operate(pending_call c);
  caf::result<atom::drain> drain();
  /// Has every pool finish what runs, and ends them all when none runs anything.
  void drain_pools();
  void on_down(const caf::down_msg& m);
  bool all_pools_ended() const;

  static inline const char* name = "node";

  node_self* self = nullptr;
  node_context_ptr context;
  sessions_actor sessions;
  sampler_actor sampler;
  std::map<std::string, pool_entry, std::less<>> pools;
  std::shared_ptr<crash_record> crashes;
  size_t next_loop = 0;
  steady_clock::time_point started;
  bool draining = false;
  caf::typed_response_promise<atom::drain> drained;
};

/// Returns the behavior of a NODE actor: the directory of pools, and the operations.
/// @param self The self pointer; the actor runs beside the loops.
/// @param context What it works with.
/// @param pools The pools to begin with.
/// @param left The sessions that an earlier node has left, as they are on record.
node_actor::behavior_type node_behavior(node_self* self, node_context_ptr context,
                                        const std::vector<config::pool>& pools,
                                        const std::vector<session::session_entry>& left);

/// An operation on the node, named by the `kind` of a call to `$node`.
struct operation {
  std::string_view name;
  /// Settles `c`, now or later.
  void (*run)(node_state& node, pending_call c);
  /// It starts workers, or lets calls in: not while the node stops.
  bool begins = false;
};

/// Returns the operation `name`, or nullptr.
const operation* find_operation(std::string_view name);

/// Returns the names of all operations, comma-separated, for messages.
std::string operation_names();

} // namespace troupe::node
