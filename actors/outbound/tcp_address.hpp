#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

namespace troupe::outbound {

/// An address of the other end of a connection.
struct tcp_address {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;

  sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const noexcept {
    return reinterpret_cast<const sockaddr*>(&storage);
  }
};

/// Returns `1.2.3.4:5`, or `[::1]:5`.
std::string text_of(const tcp_address& a);

} // namespace troupe::outbound
