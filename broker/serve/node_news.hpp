#pragma once

#include "broker/serve/signals.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::serve {

/// News from other threads for the main thread, which waits for signals. Thread-safe.
class node_news {
public:
  /// @param wakes Woken with each piece of news; outlives this.
  explicit node_news(signals& wakes)
    : wakes_(wakes) {}

  struct news {
    /// The pools have been made.
    bool set_up = false;
    /// An operator wants the node to stop.
    bool ordered_to_stop = false;
    /// No worker is left.
    bool drained = false;
    /// NODE is gone, so that nothing can drain the pools.
    bool deserted = false;
    /// Why the node cannot go on.
    std::optional<std::string> failure;
    /// To be called to show that the main thread works.
    std::vector<std::function<void()>> asked;
  };

  void tell_set_up() {
    tell([](news& n) { n.set_up = true; });
  }
  void tell_ordered_to_stop() {
    tell([](news& n) { n.ordered_to_stop = true; });
  }
  void tell_drained() {
    tell([](news& n) { n.drained = true; });
  }
  void tell_deserted() {
    tell([](news& n) { n.deserted = true; });
  }
  void tell_failure(std::string why) {
    tell([&](news& n) { n.failure = std::move(why); });
  }
  void ask_for_sign_of_life(std::function<void()> answer) {
    tell([&](news& n) { n.asked.push_back(std::move(answer)); });
  }

  /// Returns what was told since it was last asked.
  news take() {
    std::lock_guard guard{mutex_};
    return std::exchange(news_, {});
  }

private:
  template <class F>
  void tell(F note) {
    {
      std::lock_guard guard{mutex_};
      note(news_);
    }
    wakes_.wake();
  }

  signals& wakes_;
  std::mutex mutex_;
  news news_;
};

} // namespace troupe::serve
