#pragma once

#include <cstdint>
#include <string_view>

namespace troupe::basp {

/// Why the node itself has ended a connection to a peer: a closed list.
enum class refusal : uint8_t {
  /// What came is no frame of BASP, or none that may come at this time.
  not_basp,
  /// A frame is longer than any that a peer has to send.
  frame_too_long,
  /// A frame speaks for another node, or the peer is not the one that was expected.
  wrong_node,
  /// A message for an actor that is known by name: how CAF spawns actors at its peers.
  remote_spawn,
  /// It goes on sending what a node of this version does not send, and is dropped.
  unexpected_frames,
  /// Messages of more actors than a peer has.
  too_many_senders,
  /// The peer does not read: more waits for it than may wait.
  not_reading,
  /// What came could not be decrypted.
  tls_broken,
  count_,
};

/// Returns the word for `r`, such as `frame_too_long`.
std::string_view name_of(refusal r);

} // namespace troupe::basp
