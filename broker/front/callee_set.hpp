#pragma once

#include "actors/interfaces/callee_actor.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace troupe::front {

/// Everybody who may hold calls of a connection. Pools come and go while it stands: those
/// that have ended are forgotten now and then.
class callee_set {
public:
  void add(const callee_actor& who);

  const std::vector<callee_actor>& all() const noexcept { return all_; }

  /// Empties it.
  std::vector<callee_actor> take() { return std::exchange(all_, {}); }

private:
  /// Few connections have more.
  static constexpr size_t few = 16;

  std::vector<callee_actor> all_;
  size_t forget_at_ = few;
};

} // namespace troupe::front
