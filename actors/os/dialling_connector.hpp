#pragma once

#include "actors/os/connector.hpp"
#include "actors/os/peer.hpp"

#include <sys/un.h>

namespace troupe::os {

/// Dials a unix socket that a child opens, again and again until it is there.
class dialling_connector : public connector {
public:
  /// @param where What to dial.
  /// @param who May have opened it.
  dialling_connector(const sockaddr_un& where, peer who);

  loop::unique_fd take_descriptor() override { return std::move(timer_); }
  loop::unique_fd connect(int timer) override;

private:
  sockaddr_un where_;
  peer peer_;
  loop::unique_fd timer_;
};

} // namespace troupe::os
