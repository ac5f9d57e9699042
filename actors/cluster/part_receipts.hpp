#pragma once

#include "actors/cluster/messages.hpp"

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace troupe::cluster {

/// What callers have taken of streamed results, on its way back to the peer whose workers
/// made them. Thread-safe.
class part_receipts {
public:
  /// @param wake Called, on any thread, when there is something to be taken.
  explicit part_receipts(std::function<void()> wake)
    : wake_(std::move(wake)) {}

  void add(link_call_id id, size_t bytes);

  std::vector<link_part_taken> take();

  /// Nobody takes them any more.
  void close();

private:
  std::mutex mutex_;
  std::vector<link_part_taken> all_;
  std::function<void()> wake_;
};

} // namespace troupe::cluster
