#pragma once

#include "actors/cluster/node_state.hpp"
#include "actors/interfaces/type_ids.hpp"
#include "protocol/base/cluster_limits.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// What two nodes tell each other. LINK, the caller's side, writes to the GATE of the
/// peer; that GATE writes back to that LINK. All calls that one turn brought are one
/// message, all outcomes are one message back.
///
/// A type keeps its number and its members for ever: CAF's format has no gaps to skip, so
/// a peer of another version would read garbage. What a later version has to add stands
/// in `more`, which older nodes ignore and leave empty. What `more` cannot carry is a new
/// type at the end of the block; a node sends it only to peers whose version knows it.
namespace troupe::cluster {

// -- calls ------------------------------------------------------------------------------

/// A call for a pool of the peer.
struct link_call {
  link_call_id id;
  /// The pool, or `$node`.
  std::string pool;
  /// The peer's name if the caller named it: the call runs there or nowhere.
  std::string node;
  /// How often it has gone from node to node, this time included.
  uint8_t hops = 0;
  call what;
};

/// LINK → GATE: calls.
struct link_calls {
  /// Bytes of outcomes and chunks that LINK has taken, of all there ever were.
  link_bytes taken;
  std::vector<link_call> calls;
  std::string more;
  /// Does not cross: what came in the place of calls could not be read.
  bool is_broken = false;
};

/// How a call ended.
struct link_outcome {
  link_call_id id;
  call_result result = outcome{};
  /// It never started, and what failed is this node, not the call: it may run elsewhere.
  bool returned = false;
  /// That of the call.
  payload_form form = payload_form::json;
};

/// GATE → LINK: outcomes.
struct link_outcomes {
  /// Bytes of calls that GATE has taken, of all there ever were.
  link_bytes taken;
  std::vector<link_outcome> outcomes;
  std::string more;
  /// Does not cross: what came in the place of outcomes could not be read.
  bool is_broken = false;
};

/// A part of the streamed result of a call.
struct link_chunk {
  link_call_id id;
  shared_bytes payload;
};

/// GATE → LINK: parts of streamed results, in their order, before the outcomes.
struct link_chunks {
  std::vector<link_chunk> chunks;
  std::string more;
};

/// So many bytes of a call's streamed result have reached its caller.
struct link_part_taken {
  link_call_id id;
  link_bytes bytes;
};

/// LINK → GATE: what callers have taken.
struct link_taken {
  /// As in `link_calls`.
  link_bytes taken;
  std::vector<link_part_taken> parts;
  std::string more;
};

/// LINK → GATE: these calls are not wanted any more. Each is answered all the same.
struct link_cancel {
  std::vector<link_call_id> ids;
  std::string more;
};

// -- the connection ---------------------------------------------------------------------

/// LINK → GATE: the first message of a LINK. Whoever was dialled answers with that of its
/// own LINK to the GATE named here.
struct link_open {
  /// The GATE of the node that sends this.
  caf::strong_actor_ptr gate;
  std::string node;
  node_incarnation incarnation;
  std::string more;
};

/// LINK → GATE: are you there? GATE → LINK: the same number, at once.
struct link_beat {
  beat_number number;
  std::string more;
};

// -- the cluster ------------------------------------------------------------------------

/// A node, as the sender knows it.
struct link_member {
  std::string name;
  /// Where it is dialled: `host:port`.
  std::string advertise;
  node_incarnation incarnation;
  node_state state = node_state::up;
  /// Of its program, for people.
  std::string version;
};

/// How busy a pool is.
struct pool_figures {
  /// Calls that could start at once.
  uint32_t free = 0;
  uint32_t waiting = 0;
  uint32_t running = 0;
  /// Calls that fit in its workers.
  uint32_t size = 0;

  bool operator==(const pool_figures&) const = default;
};

/// A pool of the sender.
struct link_pool {
  pool_number number;
  /// Only where the peer is told of this number for the first time.
  std::string name;
  pool_figures load;
  /// Whether its workers are on terminals: nothing is typed on others.
  bool has_terminal = false;
  /// Bytes of the longest call and the longest answer that it takes.
  uint64_t max_frame = limits::peer_frame;
};

/// LINK → GATE: what has changed of the nodes and pools that the sender knows.
struct link_view {
  std::vector<link_member> members;
  std::vector<link_pool> pools;
  /// The pools of the sender that are there no more.
  std::vector<pool_number> gone;
  /// The largest `max_frame` that the sender reckons with in what it is sent; 0: that
  /// which it has told of before, at first `limits::peer_frame`. It grows only.
  uint64_t frame = 0;
  std::string more;
};

} // namespace troupe::cluster
