#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::config {

/// What the reader of a configuration must know of a worker protocol.
struct protocol_traits {
  /// The `protocol` of the configuration.
  std::string name;
  /// Stream sockets that its children inherit as descriptors 3, 4, …. With any, there is
  /// no choice of a transport.
  uint32_t sockets = 0;
  /// The child opens the socket, at `{socket}`, and the node dials it; there is no choice
  /// of a transport.
  bool child_listens = false;
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
