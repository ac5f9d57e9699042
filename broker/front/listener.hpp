#pragma once

#include "actors/loop/loop.hpp"
#include "actors/loop/unique_fd.hpp"
#include "broker/front/front_counts.hpp"
#include "protocol/base/result.hpp"

#include <spdlog/logger.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>
#include <sys/types.h>

namespace troupe::front {

/// A bound address: the descriptors that listen, one for each address that it stands for,
/// and what clients call it.
struct bound_socket {
  std::vector<loop::unique_fd> fds;
  /// The path, or `http://host:port` with the port that was chosen (or `https://…`).
  std::string name;
  /// Of the file of a unix socket.
  ino_t inode = 0;
};

/// Binds a unix socket that only this user can connect to. A socket that a dead node left
/// behind is replaced. One that somebody listens on, and whatever is no socket, is left
/// alone and an error.
/// @param patience How long to wait, on this thread, for somebody to stop listening.
result<bound_socket, std::string> bind_unix(const std::filesystem::path& path,
                                            std::chrono::milliseconds patience = {});

/// Removes the file of a unix socket that was bound, unless there is another one now.
void unlink_socket(const std::string& name, ino_t inode);

/// Binds `host:port`, on every address that the host has; one that this machine does not
/// have, since it knows no IPv6 for example, is left out. `localhost` is 127.0.0.1 and
/// ::1, whatever the files of this machine say.
/// @param scheme What the URL of it begins with.
result<bound_socket, std::string> bind_tcp(const std::string& listen,
                                           std::string_view scheme);

/// Returns whether the process at the other end of a unix socket runs as this user.
bool is_same_user(int socket);

class listener;

/// What listeners of one loop share for the case that the node has no descriptor left.
struct listener_spare {
  /// Is given up to turn a client away, or times a rest: a timer, so that there is one.
  loop::unique_fd timer;
  /// A listener rests by the timer.
  bool is_timing = false;
  /// They rest, and go on with the one that has the timer.
  std::vector<std::weak_ptr<listener>> waiting;
};

/// Accepts clients on a loop and hands their sockets on.
class listener : public std::enable_shared_from_this<listener> {
public:
  using handler = std::function<void(loop::unique_fd)>;

  static std::shared_ptr<listener_spare> make_spare();

  /// @param spare As of `make_spare`.
  /// @param counts Of the front.
  listener(loop::event_loop& loop, loop::unique_fd fd, handler on_client,
           std::shared_ptr<spdlog::logger> log,
           std::shared_ptr<listener_spare> spare = make_spare(),
           std::shared_ptr<front_counts> counts = std::make_shared<front_counts>());

  /// Begins to accept. On the loop's thread.
  void start();

  /// Stops accepting. On the loop's thread.
  void stop();

private:
  void accept_all();
  /// No descriptor is free for a client that waits.
  void turn_away(int why);
  /// Accepts nobody for a moment.
  void rest();
  void end_rest();
  void go_on() { socket_.want(EPOLLIN); }

  loop::descriptor socket_;
  /// The timer of `spare_` while this listener rests by it.
  loop::descriptor rest_;
  handler on_client_;
  std::shared_ptr<spdlog::logger> log_;
  std::shared_ptr<listener_spare> spare_;
  std::shared_ptr<front_counts> counts_;
  /// When the log was last told of clients that were turned away, and how many there were
  /// since.
  std::chrono::steady_clock::time_point told_;
  uint64_t untold_ = 0;
};

} // namespace troupe::front
