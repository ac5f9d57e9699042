#pragma once

#include "actors/supervisor/incarnation_index.hpp"
#include "actors/supervisor/replica.hpp"
#include "actors/supervisor/status_rounds.hpp"

#include <deque>

namespace troupe::supervisor {

/// The replicas of a pool, by their index, and the incarnations that live in them.
class replica_set {
public:
  auto begin() { return all_.begin(); }
  auto end() { return all_.end(); }
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }
  size_t size() const noexcept { return all_.size(); }

  /// @pre 0 <= index < size()
  replica& at(int32_t index) { return all_[static_cast<size_t>(index)]; }

  /// Returns the replica, or nullptr if there is none with this index.
  replica* find(int32_t index);

  /// Returns the replica in which an incarnation lives; nullptr for one that has ended.
  replica* of_incarnation(incarnation_id number);

  /// Returns the incarnation with this number if it lives, or nullptr.
  incarnation* find_incarnation(incarnation_id number);

  /// The pool has a use for the first `size`. Adds closed replicas until there are so
  /// many; none is taken away, and references to others stay good. If all that were in
  /// use are stopped, so are those that come into use.
  void set_size(size_t size);

  size_t count_open() const;
  /// Whether an operator stopped all that the pool has a use for.
  bool all_stopped() const;
  bool any_alive() const noexcept { return living.size() > 0; }

  /// Calls `f` with every incarnation that lives.
  template <class F>
  void for_each(F&& f) {
    for (auto& s : all_)
      replica::for_each(s, f);
  }

  /// Returns an invariant that does not hold, or nothing.
  std::optional<std::string> verify() const;

  /// Every incarnation that lives in a replica is here.
  incarnation_index living;
  /// Those who want to know how all of them are.
  status_rounds rounds;

private:
  std::deque<replica> all_;
  /// The first of them that the pool has a use for.
  size_t in_use_ = 0;
};

} // namespace troupe::supervisor
