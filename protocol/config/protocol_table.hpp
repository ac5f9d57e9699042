#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::config {

/// The facts about a worker protocol that the reader of a configuration needs.
struct protocol_traits {
  /// The `protocol` of the configuration.
  std::string name;
  /// Stream sockets that its children inherit as descriptors 3, 4, …. With any, there is
  /// no choice of a transport.
  uint32_t sockets = 0;
  /// The child opens the socket, at `{socket}`, and the node dials it; there is no choice
  /// of a transport.
  bool child_listens = false;
  /// A child that the node has not started may dial in: the pool may be `external`.
  bool may_dial_in = false;
  /// A handshake names the sessions that are paused in a child, so that a later node
  /// knows the child again: a pool with `transport = "unix"` may `survive`. A pool whose
  /// children listen may in any case.
  bool may_survive = false;
  /// Calls that a child can hold at a time; 0: any number.
  uint32_t most_window = 0;
  /// Bytes of the longest frame that the protocol knows; 0: any.
  uint64_t most_frame = 0;
};

/// The worker protocols of which a pool names one.
class protocol_table {
public:
  virtual ~protocol_table() = default;

  /// Returns the traits of the protocol `name`, or nullptr.
  virtual const protocol_traits* traits_of(std::string_view name) const = 0;

  /// Returns the names of all protocols, comma-separated, for messages.
  virtual std::string names() const = 0;
};

} // namespace troupe::config
