#pragma once

#include "actors/process/entrance.hpp"
#include "actors/process/peer.hpp"

#include <sys/un.h>

namespace troupe {

/// Dials a unix socket that a child opens, again and again until it is there.
class dialler : public entrance {
public:
  /// @param where What to dial.
  /// @param who May have opened it.
  dialler(const sockaddr_un& where, peer who);

  unique_fd take_descriptor() override { return std::move(timer_); }
  unique_fd connect(int timer) override;

private:
  sockaddr_un where_;
  peer peer_;
  unique_fd timer_;
};

} // namespace troupe
