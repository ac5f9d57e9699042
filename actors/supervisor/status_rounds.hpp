#pragma once

#include "actors/interfaces/status.hpp"

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace troupe::supervisor {

/// Rounds in which all workers of a pool are asked how they are. Few are open at a time,
/// and those who ask meanwhile share the next one: it begins after they have asked, so
/// what they get is not of the past. CAF looks through all open requests of an actor for
/// each answer. Without this, one client that asked 64 times for 5,000 workers kept a
/// loop busy for minutes.
class status_rounds {
public:
  /// Workers of one round that are asked at once: the memory and the search for an answer
  /// do not grow with the pool.
  static constexpr size_t most_asked = 64;

  /// Takes the answer of a round.
  using asker = std::function<void(pool_status&)>;

  /// @returns Whether a round can begin now.
  bool add(asker who) {
    waiting_.push_back(std::move(who));
    return open_ < most_open;
  }

  /// A round begins. @returns Those whom it is for.
  std::vector<asker> begin() {
    ++open_;
    return std::exchange(waiting_, {});
  }

  /// A round is over. @returns Whether the next is to begin.
  bool end() {
    --open_;
    return !waiting_.empty();
  }

private:
  /// A worker that does not answer costs a round a second; whoever asks waits for two.
  static constexpr size_t most_open = 4;

  std::vector<asker> waiting_;
  size_t open_ = 0;
};

} // namespace troupe::supervisor
