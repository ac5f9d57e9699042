#pragma once

#include "broker/front/client_limit.hpp"
#include "broker/front/connection.hpp"

#include <atomic>
#include <chrono>
#include <functional>

namespace troupe::front {

/// The kind of clients of one front, and how they are taken in.
struct client_kind {
  /// Makes the connection of a client on a loop.
  std::function<std::shared_ptr<connection>(loop::event_loop&, loop::unique_fd)> make;
  std::shared_ptr<client_limit> limit;
  /// Returns what a client is told that is turned away; nothing where that cannot be.
  std::function<std::string(const fault&)> refuse;
  std::shared_ptr<front_counts> counts = std::make_shared<front_counts>();
};

/// Every connection of the fronts, spread over the loops in turn. Thread-safe.
class connections {
public:
  explicit connections(std::vector<loop::event_loop*> loops)
    : loops_(std::move(loops)) {}

  /// Takes a client in, or turns it away where there are too many of its kind.
  void add(loop::unique_fd socket, const client_kind& kind, spdlog::logger& log);

  /// Has every connection look for what is due on it.
  void check();

  /// Has every connection close once what it is owed is written, and waits for that, at
  /// most `grace`.
  void finish(std::chrono::milliseconds grace);

private:
  struct tracked {
    loop::event_loop* loop;
    std::weak_ptr<connection> client;
  };

  std::vector<loop::event_loop*> loops_;
  std::atomic<size_t> next_{0};
  std::mutex mutex_;
  std::vector<tracked> all_;
};

} // namespace troupe::front
