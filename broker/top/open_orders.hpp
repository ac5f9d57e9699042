#pragma once

#include "broker/top/asker.hpp"

#include <string>
#include <vector>

namespace troupe::top {

/// Orders that the node has not answered yet. Each has a connection of its own, so that
/// one that takes long, as a stop that waits for a call, keeps no other one waiting.
class open_orders {
public:
  /// More are refused.
  static constexpr size_t most = 16;

  /// @param on_reply Is called on a thread of an asker when there is something to take.
  open_orders(asker::connector connect, std::function<void()> on_reply);

  /// Returns false if too many are open.
  bool give(const order& what);

  /// An order and what came of it.
  struct ended_order {
    std::string text;
    call_result result;
  };

  /// Returns the orders that have ended since the last time.
  std::vector<ended_order> take();

  /// Returns how the open ones are called for a person, the oldest first.
  std::vector<std::string> texts() const;

private:
  struct open_order {
    std::string text;
    std::unique_ptr<asker> by;
  };

  asker::connector connect_;
  std::function<void()> on_reply_;
  std::vector<open_order> open_;
};

} // namespace troupe::top
