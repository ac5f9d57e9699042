#pragma once

#include "actors/cluster/node_state.hpp"

#include <cstdint>
#include <string_view>

namespace troupe::membership {

using cluster::node_state;

/// What happens to a member.
enum class member_event : uint8_t {
  /// A connection with it is open.
  connected,
  /// Nothing came from it for a while.
  fell_silent,
  /// Something came from it after all.
  spoke,
  /// It says that it leaves.
  leaves,
  /// The connection is gone.
  lost,
  count_,
};

/// What is published about a change of a member.
enum class member_news : uint8_t { none, node_up, node_suspect, node_down, count_ };

/// Returns the kind of the event that is published; empty for none.
std::string_view event_kind(member_news n);

/// What becomes of a member.
struct member_step {
  node_state next = node_state::down;
  member_news news = member_news::none;

  bool operator==(const member_step&) const = default;
};

/// Returns what becomes of a member in the state `s` when `e` happens: the whole policy,
/// as a table.
member_step step(node_state s, member_event e);

} // namespace troupe::membership
