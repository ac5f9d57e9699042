#pragma once

#include "actors/loop/unique_fd.hpp"

#include <sys/socket.h>

#include <string>
#include <string_view>

namespace troupe::client {

/// Where a node takes connections, and what it answers at once on each of them.
struct node_door {
  sockaddr_storage address = {};
  socklen_t size = 0;
  std::string question = {};
};

/// Asks a node whether it lives, on a connection of its own. It never waits: the owner
/// polls `fd` for `events`.
///
/// A node that stands still is silent here: the kernel connects in its place. So any
/// answer is a sign of life, and so is a refusal: the kernel gives it only where no node
/// listens any more, and one that has gone breaks its connections.
class probe {
public:
  explicit probe(const node_door& door);

  /// Negative where nothing is to be waited for: the node has no room for a further
  /// connection, or cannot be reached.
  int fd() const noexcept { return fd_.get(); }
  short events() const noexcept { return events_; }

  /// Takes what `poll` has said of `fd`. Returns whether the node has given a sign of
  /// life.
  bool advance(short happened);

private:
  void ask();
  void fail(int why);

  loop::unique_fd fd_;
  std::string question_;
  short events_ = 0;
  bool lives_ = false;
};

} // namespace troupe::client
