#pragma once

#include "actors/cluster/batches.hpp"
#include "actors/cluster/gate_peer.hpp"
#include "actors/cluster/peer_actors.hpp"
#include "actors/interfaces/directory.hpp"
#include "actors/loop/pinned.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::cluster {

/// What GATE works with.
struct gate_context {
  /// The pools of this node, and ROUTE; outlives GATE.
  const directory* names = nullptr;
  peer_observer_actor observer;
  /// Returns whether the node that a LINK says it is of was let in as this process. On
  /// the loop's thread. Empty: every LINK is believed.
  std::function<bool(const link_open&, const caf::node_id&)> was_let_in = {};
  /// What this node's version adds to each message.
  std::string more = {};
  /// How many calls of one peer may be open.
  size_t calls_open = limits::link_calls_open;
  /// Never null.
  std::shared_ptr<all_peer_counts> counts = std::make_shared<all_peer_counts>();
};

struct gate_state;

using gate_self = loop::pinned_actor<gate_actor, gate_state>;

/// The calls of one message, by who runs them.
using gate_batches = batches<callee_actor, submissions>;

/// The state of a GATE actor.
struct gate_state {
  explicit gate_state(caf::local_actor*);

  /// A LINK introduces itself.
  void open(link_open& m);
  /// Returns whether it is of the node that it says it is of, and so is its GATE.
  bool is_genuine(const link_open& m, const caf::node_id& sender) const;
  /// Returns the peer whose LINK has sent the present message, or nullptr.
  gate_peer* sender();
  void take(gate_peer& from, link_calls& m);
  /// The peer breaks the rules: CLUSTER ends the connection.
  /// @param why Behind the node's name.
  void end_connection(const gate_peer& to, const std::string& why);
  /// Takes one call: it is added to `to`, or is refused.
  /// @param most How many calls the message has.
  void take(gate_peer& from, link_call& c, const directory::table& names,
            gate_batches& to, size_t most);
  /// Returns who runs the call, or why it does not run here.
  result<callee_actor> find_callee(const directory::table& names, const call& c) const;
  void cancel(gate_peer& from, const link_cancel& m);
  /// Sends a peer a message, with what this version adds to it.
  template <class Message>
  void tell(const gate_peer& to, Message m) {
    m.more = context.more;
    self->send(to.link(), std::move(m));
  }
  /// Sends a peer what the turn has brought.
  void flush(gate_peer& to);
  /// Sends what waits, and answers who waits for the end of that.
  void check();
  caf::result<atom::drain> drain();
  /// The LINK of a peer is gone: its calls are not wanted any more.
  void forget(const caf::actor_addr& link);

  /// Returns which rule of the data is broken, if any. For tests.
  std::optional<std::string> verify() const;

  static inline const char* name = "gate";

  gate_self* self = nullptr;
  gate_context context;
  /// By their LINKs.
  std::map<caf::actor_addr, std::unique_ptr<gate_peer>> peers;
  /// The node is being drained.
  bool leaving = false;
  /// Are told when nothing that is known waits to be sent.
  std::vector<caf::typed_response_promise<atom::drain>> drained;
  /// Messages of LINKs that had not introduced themselves, or not as what they are.
  uint64_t strangers = 0;
};

/// Returns the behavior of a GATE actor: it takes the calls of peers and gives them to
/// the pools of this node.
/// @param self The pinned self pointer.
/// @param context What it works with.
gate_actor::behavior_type gate_behavior(gate_self* self, gate_context context);

} // namespace troupe::cluster
