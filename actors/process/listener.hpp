#pragma once

#include "actors/process/entrance.hpp"
#include "actors/process/peer.hpp"
#include "actors/process/socket_file.hpp"

#include <optional>
#include <string>
#include <variant>

namespace troupe {

/// A socket that waits for one child to dial it. A unix socket's file is there for as
/// long as this is.
class worker_door : public entrance {
public:
  /// Opens the socket that `spec` says; returns why that fails, for a person.
  /// @param who May dial, where the system can tell.
  static std::variant<worker_door, std::string> open(const spawn_spec& spec, peer who);

  /// Returns what the child dials: a path, or `127.0.0.1:PORT`.
  const std::string& address() const noexcept { return address_; }

  unique_fd take_descriptor() override { return std::move(socket_); }

  /// Takes a connection from `listening`. One of somebody who may not dial is closed.
  unique_fd connect(int listening) override;

private:
  explicit worker_door(peer who)
    : peer_(who) {}

  unique_fd socket_;
  std::string address_;
  /// None for TCP.
  std::optional<socket_file> file_;
  peer peer_;
};

} // namespace troupe
