#pragma once

#include "actors/loop/loop.hpp"
#include "actors/process/unique_fd.hpp"

#include <spdlog/logger.h>

#include <filesystem>
#include <functional>
#include <string>

namespace troupe {

/// A bound address: the descriptor that listens, and what clients call it.
struct bound_socket {
  unique_fd fd;
  /// The path, or `http://host:port` with the port that was chosen.
  std::string name;
};

/// Binds a unix socket that only this user can connect to. One that a dead node left
/// behind is replaced; one that answers is an error. Throws std::runtime_error with the
/// reason.
bound_socket bind_unix(const std::filesystem::path& path);

/// Binds `host:port`. Throws std::runtime_error with the reason.
bound_socket bind_tcp(const std::string& listen);

/// Returns whether the process at the other end of a unix socket runs as this user.
bool is_same_user(int socket);

/// Accepts clients on a loop and hands their sockets on.
class listener : public std::enable_shared_from_this<listener> {
public:
  using handler = std::function<void(unique_fd)>;

  listener(loop& home, unique_fd fd, handler on_client,
           std::shared_ptr<spdlog::logger> log);

  /// Begins to accept. On the loop's thread.
  void start();

  /// Stops accepting. On the loop's thread.
  void stop();

private:
  void accept_all();

  descriptor socket_;
  handler on_client_;
  std::shared_ptr<spdlog::logger> log_;
  /// Given up to turn a client away when there is no other descriptor left.
  unique_fd spare_;
};

} // namespace troupe
