#pragma once

#include "actors/os/spawner.hpp"
#include "protocol/base/result.hpp"

#include <filesystem>
#include <string>

#include <sys/un.h>

namespace troupe::os {

/// The name of a unix socket in the file system, which goes with this.
class socket_file {
public:
  /// Makes sure that somebody can bind a socket at `spec.socket_path`: that the path is
  /// not too long, that its folder is there, for the user of the child to pass or, where
  /// the child is to bind it, to write to, and that nothing is in the way. The
  /// reason of a failure is for a person.
  static result<socket_file, std::string> prepare(const spawn_spec& spec);

  /// Takes over a path at which a socket may be.
  explicit socket_file(std::filesystem::path path)
    : path_(std::move(path)) {}
  socket_file(socket_file&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}
  socket_file& operator=(socket_file&&) = delete;
  ~socket_file();

  const std::filesystem::path& path() const noexcept { return path_; }

  /// Returns what to bind or to dial.
  sockaddr_un address() const;

  /// Leaves the file in the file system.
  void leave() { path_.clear(); }

private:
  std::filesystem::path path_;
};

} // namespace troupe::os
