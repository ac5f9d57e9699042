#pragma once

#include "actors/node/node.hpp"

#include <boost/json/value.hpp>

#include <optional>

/// What the operations on a node share, and the operations themselves: each settles its
/// call, now or later. They run in the NODE actor.
namespace troupe::node::operations {

/// Settles `c` with this result.
void answer(pending_call& c, const boost::json::value& v);

/// What an operation names: a pool, or one of its workers.
struct target {
  node_state::pool_entry* pool = nullptr;
  /// -1: the whole pool.
  int32_t worker = -1;
};

/// Reads `{"name": …}` of an operation's payload; settles `c` and returns nothing if that
/// names nothing here.
std::optional<target> find_target(node_state& node, pending_call& c);

/// As `find_target`, but a worker may be one that the pool had when it was larger.
std::optional<target> find_place(node_state& node, pending_call& c);

/// As `find_target`, for operations on one worker.
std::optional<target> find_worker(node_state& node, pending_call& c);

/// Whether the payload of an operation says `{"all":true}`: every pool is meant.
bool is_for_all(std::string_view payload);

/// As `find_target`, for operations on a whole pool.
std::optional<target> find_pool(node_state& node, pending_call& c);

// -- what there is (node_reports.cpp) ------------------------------------------------

void list_pools(node_state& node, pending_call c);
void show_pool(node_state& node, pending_call c);
void list_workers(node_state& node, pending_call c);
void show_worker(node_state& node, pending_call c);
void show_log(node_state& node, pending_call c);
void show_health(node_state& node, pending_call c);
void show_ready(node_state& node, pending_call c);
void list_nodes(node_state& node, pending_call c);

// -- what becomes of pools (node_pools.cpp) ---------------------------------------------

/// `{"name"?,"all"?}`: reads the file again, for one pool or for all; with `all` each
/// worker is replaced, whether its pool has changed or not.
void reload(node_state& node, pending_call c);
/// `{"name", …}`: makes or changes a pool; the other members are those of `[pool.NAME]`.
void configure(node_state& node, pending_call c);
/// `{"name","size"}`: changes how many workers a pool has.
void scale(node_state& node, pending_call c);
/// `{"name"}`: stops a pool for good.
void remove(node_state& node, pending_call c);

// -- programs on terminals (node_terminals.cpp)
// ------------------------------------------

/// `{"name","cli","args"?,"cwd"?,"env"?,"rows"?,"cols"?,"task"?}`: runs a program on a
/// terminal; answers once it runs.
void spawn(node_state& node, pending_call c);
void list_spawned(node_state& node, pending_call c);
/// `{"name"}`: ends such a program, and forgets it.
void release(node_state& node, pending_call c);
/// `{"name"}`: says which worker on a terminal that is, or why it is none.
void find_terminal(node_state& node, pending_call c);

// -- what clients of agent-relay's broker ask for (node_agents.cpp) ---------------------

/// What the broker is.
void show_session(node_state& node, pending_call c);
void renew_session(node_state& node, pending_call c);
void show_agent_config(node_state& node, pending_call c);
/// `{"agents":[{"name","cli"}]}`: announces programs that are to be spawned.
void preflight(node_state& node, pending_call c);
/// The terminals, and the messages that wait for them.
void show_agent_status(node_state& node, pending_call c);
/// `{"agent"?}`: memory and age of the terminals, or of one.
void show_agent_metrics(node_state& node, pending_call c);
void show_crashes(node_state& node, pending_call c);
/// `{"to":"#CHANNEL","message",…}`: as `send`, to all that subscribed to the channel.
void send_to_channel(node_state& node, pending_call c);

// -- conversations (node_sessions.cpp) --------------------------------------------------

/// Hands the call to SESSIONS, which knows it by its kind.
void converse(node_state& node, pending_call c);

} // namespace troupe::node::operations
