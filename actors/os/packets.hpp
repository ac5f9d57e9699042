#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Packets through a socket that keeps their bounds (SOCK_SEQPACKET), with descriptors
/// beside them.
namespace troupe::os {

/// What became of a packet.
enum class packet_step : uint8_t {
  done,
  /// Nothing can be sent or is there now: try again when the socket is ready.
  later,
  /// The other end is gone, or the packet is longer than the socket takes.
  broken,
};

/// Sends `packet`, and with it copies of `descriptors`, at most 16. Does not block.
packet_step send_packet(int socket, std::string_view packet,
                        std::span<const int> descriptors);

/// Takes the next packet; one of more than `most` bytes is `broken`. Descriptors that
/// come with it are closed. Does not block.
packet_step receive_packet(int socket, std::size_t most, std::string& packet);

} // namespace troupe::os
