#pragma once

#include "actors/os/connector.hpp"
#include "actors/os/peer.hpp"
#include "actors/os/socket_file.hpp"

#include <optional>
#include <string>

namespace troupe::os {

/// A socket that waits for one child to dial it. A unix socket's file is there for as
/// long as this is.
class acceptor : public connector {
public:
  /// Opens the socket that `spec` says; the reason of a failure is for a person.
  /// @param who May dial, where the system can tell.
  static result<acceptor, std::string> open(const spawn_spec& spec, peer who);

  /// Returns what the child dials: a path, or `127.0.0.1:PORT`.
  const std::string& address() const noexcept { return address_; }

  loop::unique_fd take_descriptor() override { return std::move(socket_); }

  /// Takes a connection from `listening`. One of somebody who may not dial is closed.
  loop::unique_fd connect(int listening) override;

private:
  explicit acceptor(peer who)
    : peer_(who) {}

  /// Gives the socket its address.
  result<void, std::string> bind(const spawn_spec& spec);

  loop::unique_fd socket_;
  std::string address_;
  /// Absent for TCP.
  std::optional<socket_file> file_;
  peer peer_;
};

} // namespace troupe::os
