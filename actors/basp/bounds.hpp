#pragma once

#include "protocol/base/cluster_limits.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace troupe::basp {

/// What one peer may do to this node.
struct bounds {
  /// Bytes of one message; longer ones are refused before space is made for them. Of one
  /// connection it can be raised; see `live_connection::expect`.
  size_t most_in = limits::peer_message;

  /// Bytes that may wait for a peer that does not read. It is raised together with
  /// `most_in`, to three times that.
  size_t most_out = limits::peer_backlog;

  /// The contents that messages of a peer may have, as CAF spells types: for a message of
  /// one value, the name of its type. Others are dropped, CAF's own among them: they
  /// could end actors here, or nest until the stack is full. Empty: all may come.
  std::vector<std::string> contents = {};

  /// The one of them that names actors of the peer. CAF makes a proxy for each that is
  /// named, which lasts as long as the connection: after `limits::peer_senders` such
  /// messages the next ones are dropped. Empty: none does.
  std::string introduction = {};
};

} // namespace troupe::basp
