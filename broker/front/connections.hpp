#pragma once

#include "broker/front/connection.hpp"

#include <atomic>
#include <chrono>
#include <functional>

namespace troupe {

/// Every connection of the fronts, spread over the loops in turn. Thread-safe.
class connections {
public:
  /// Makes the connection of a client on a loop.
  using factory = std::function<std::shared_ptr<connection>(loop&, unique_fd)>;

  explicit connections(std::vector<loop*> loops)
    : loops_(std::move(loops)) {}

  /// Takes a client in.
  void add(unique_fd socket, const factory& make);

  /// Has every connection look for what is due on it.
  void check();

  /// Has every connection close once what it is owed is written, and waits for that, at
  /// most `grace`.
  void finish(std::chrono::milliseconds grace);

private:
  struct tracked {
    loop* home;
    std::weak_ptr<connection> client;
  };

  std::vector<loop*> loops_;
  std::atomic<size_t> next_{0};
  std::mutex mutex_;
  std::vector<tracked> all_;
};

} // namespace troupe
