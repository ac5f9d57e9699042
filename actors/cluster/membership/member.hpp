#pragma once

#include "actors/cluster/membership/backoff.hpp"
#include "actors/cluster/membership/member_step.hpp"
#include "protocol/base/ids.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace troupe::membership {

using time_point = std::chrono::steady_clock::time_point;

/// A node as it introduces itself.
struct peer_facts {
  std::string name;
  /// Where it is dialled: `host:port`.
  std::string advertise;
  node_incarnation incarnation;
  /// Of its program, for people.
  std::string version;
  /// Its process, as CAF names it.
  std::string process = {};

  bool operator==(const peer_facts&) const = default;
};

/// How far a connection with a member has come.
enum class link_phase : uint8_t {
  none,
  /// Both know each other by their hello. The first message is not here.
  opening,
  open,
};

/// The connection with a member.
struct member_link {
  link_phase phase = link_phase::none;
  /// Whether this node has dialled.
  bool dialled = false;
  /// When the phase began.
  time_point since;
};

/// When and where something is dialled.
struct dialling {
  /// Where it may be, the most promising first; each is tried in its turn.
  std::vector<std::string> addresses;
  size_t next_address = 0;
  backoff wait;
  time_point due;
  /// The address of the attempt that is under way; empty for none.
  std::string under_way;
};

/// Another node, as this node knows it.
struct member {
  peer_facts facts;
  node_state state = node_state::down;
  /// When the state began.
  time_point since;
  member_link link;
  dialling dial;
  /// One of its addresses is configured here: it is dialled by both sides.
  bool configured = false;
  /// It was connected before, or another member has told of it.
  bool known = false;

  /// Whether it outlives its connection. A stranger that has only said hello does not.
  bool is_kept() const noexcept { return configured || known; }
};

} // namespace troupe::membership
