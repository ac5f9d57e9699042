#pragma once

#include "actors/basp/bounds.hpp"
#include "actors/basp/connection.hpp"
#include "actors/loop/loop.hpp"
#include "protocol/base/result.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <functional>
#include <memory>
#include <string>

namespace troupe::basp {

enum class origin : uint8_t;

/// Loads CAF's middleman into `cfg`, to be driven by the loop of a `network`: it has no
/// thread of its own, and without a network it does nothing. CAF sends no heartbeats, and
/// ends no silent connections: whoever opens them does.
void configure(caf::actor_system_config& cfg);

/// CAF's protocol between nodes, on a loop. One per node. Connections come in here when
/// both ends have agreed on it: whom to dial and whom to let in is decided before. All
/// members but the first two are for the loop's thread.
class network {
public:
  /// Takes the actor that the peer has published, or why there is none. Called once, on
  /// the loop's thread, unless the network goes before.
  using answer = std::function<void(result<caf::strong_actor_ptr>)>;

  /// Starts CAF's broker on `home`. Peers can no longer have actors spawned here.
  /// @param home Outlives it. Any thread.
  network(loop::event_loop& home, caf::actor_system& system, bounds limits = {});

  /// Ends all connections. What CAF does afterwards runs where the system ends.
  /// @pre The loop's thread has ended, or is the caller.
  ~network();
  network(const network&) = delete;
  network& operator=(const network&) = delete;

  /// Speaks CAF's protocol over a connection that this node has dialled. Fails, by
  /// `then`, with `conflict` if there is one to the same peer already, and with
  /// `protocol_error` if the peer was refused: `connection::on_refused` tells why.
  std::shared_ptr<live_connection> dialled(connection c, answer then);

  /// The same for one that the peer has dialled. Ends it at once if there is one to the
  /// same peer already.
  /// @param published The actor that the peer gets.
  std::shared_ptr<live_connection> accepted(connection c,
                                            const caf::strong_actor_ptr& published);

  /// Returns the id by which CAF knows this node: two nodes with one id cannot be peers.
  static std::string node_id(const caf::actor_system& system);

private:
  struct parts;

  bool knows(const std::string& peer) const;
  caf::intrusive_ptr<loop_scribe> take_over(connection c, origin end);

  std::unique_ptr<parts> parts_;
};

} // namespace troupe::basp
