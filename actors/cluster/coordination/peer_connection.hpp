#pragma once

#include "actors/cluster/membership/member_list.hpp"
#include "protocol/base/call.hpp"
#include "protocol/base/cluster_limits.hpp"
#include "protocol/base/result.hpp"

#include <caf/actor_control_block.hpp>

#include <functional>
#include <memory>
#include <string>

namespace troupe::coordination {

/// A connection with a peer on which both ends have agreed by their hello. CAF's protocol
/// is not spoken over it yet. For the loop's thread only. Is closed when it goes.
class peer_connection {
public:
  /// Takes the peer's GATE, or why there is none.
  using answer = std::function<void(result<caf::strong_actor_ptr>)>;

  virtual ~peer_connection() = default;

  /// Begins CAF's protocol. Call once.
  /// @param then Called once, on the loop's thread, if this node has dialled. A peer that
  /// has dialled opens the link by itself.
  virtual void begin(answer then) = 0;

  /// From now on takes messages that the peer has to send if either end has a pool with
  /// this `max_frame`. Before, and at least: with `limits::peer_frame`.
  virtual void expect(uint64_t max_frame) = 0;

  /// Returns the largest `max_frame` that the peer has said it reckons with.
  uint64_t peer_frame() const noexcept { return peer_frame_; }
  void set_peer_frame(uint64_t max_frame) noexcept { peer_frame_ = max_frame; }

  /// Ends the connection. All handles of the peer's actors are dead then.
  virtual void close() = 0;

  /// Returns false once the connection is over, whoever ended it.
  virtual bool is_open() const = 0;

  /// Returns when a byte of the peer last came.
  virtual steady_clock::time_point heard_at() const = 0;

private:
  uint64_t peer_frame_ = limits::peer_frame;
};

using peer_connection_ptr = std::shared_ptr<peer_connection>;

/// A peer that was let in.
struct arrival {
  membership::peer_facts who;
  /// Whether this node has dialled.
  bool dialled = false;
  peer_connection_ptr connection;
};

/// A connection that did not come about: one that this node has dialled, or of a peer
/// that was let in and has gone before it arrived.
struct missed_connection {
  /// Where this node has dialled; empty if the other has.
  std::string address;
  membership::dial_failure how = membership::dial_failure::unreachable;
  /// Who it was, as far as that is known.
  std::string node = {};
  /// What is wrong if nobody has answered; else empty.
  std::string silence = {};
};

/// Somebody was refused, or has refused this node: for operators.
struct refusal_notice {
  /// The word for the reason.
  std::string reason;
  std::string message;
  /// As far as it is known.
  std::string node;
  std::string address;
  /// Whether this node has refused the other.
  bool by_us = true;
  /// How many there were of this reason since the last notice of it.
  quantity times{1};
  /// The connection was let in before. Nobody has looked yet how often that is told of.
  bool was_let_in = false;
};

/// The GATE of a peer that this node has dialled.
struct gate_answer {
  std::string node;
  node_incarnation incarnation;
  result<caf::strong_actor_ptr> gate;
};

} // namespace troupe::coordination
