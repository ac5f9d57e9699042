#pragma once

#include "actors/process/spawner.hpp"

#include <filesystem>
#include <string>
#include <variant>

namespace troupe {

/// A socket that waits for one child to dial it. A unix socket's file is there for as long
/// as this is.
class listener {
public:
  /// Opens the socket that `spec` says; returns why that fails, for a person.
  static std::variant<listener, std::string> open(const spawn_spec& spec);

  listener(listener&& other) noexcept;
  listener& operator=(listener&&) = delete;
  ~listener();

  /// Returns what the child dials: a path, or `127.0.0.1:PORT`.
  const std::string& address() const noexcept { return address_; }

  /// Gives the listening descriptor away, to be watched.
  unique_fd take_descriptor() { return std::move(socket_); }

  /// Takes a connection from `listening`, which does not block. Returns none where there is
  /// none, or where it is another user's: that one is closed.
  unique_fd accept(int listening) const;

private:
  listener() = default;

  unique_fd socket_;
  std::string address_;
  /// Empty for TCP.
  std::filesystem::path path_;
  /// Who may dial, beside root.
  uid_t peer_ = 0;
};

} // namespace troupe
