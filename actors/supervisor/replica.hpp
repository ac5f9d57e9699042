#pragma once

#include "actors/supervisor/incarnation.hpp"
#include "actors/supervisor/replica_plan.hpp"
#include "protocol/base/rare.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::supervisor {

/// How the last worker of a replica ended, and when.
struct last_end {
  std::optional<fault> why;
  std::chrono::system_clock::time_point time;
  steady_clock::time_point at;
  /// The last lines of that worker's stderr.
  std::vector<std::string> words;
};

/// One position of a pool. During a replacement two workers live in it: the old one works
/// until the new one is ready.
struct replica {
  /// The role of an incarnation in its replica.
  enum class role : uint8_t { current, successor, old };

  int32_t index = 0;
  replica_plan plan;
  std::optional<incarnation> current;
  rare<incarnation> successor;
  /// Replaced workers that have not ended yet.
  std::vector<incarnation> old;
  /// Failed starts and early deaths in a row.
  uint32_t failures = 0;
  /// Restarts for faults, and replacements as the configuration or an operator wants.
  uint64_t restarts = 0;
  uint64_t replacements = 0;
  /// Calls that workers which have ended were given.
  uint64_t past_calls = 0;
  /// Of most workers there was none before.
  rare<last_end> last;

  replica_occupancy occupancy() const noexcept;

  bool is_vacant() const noexcept { return !current && !successor; }

  /// A worker belongs here, and there is none.
  bool may_start() const noexcept {
    return plan.state() == replica_state::wanted && is_vacant();
  }

  /// This incarnation is the one that belongs here, and no other is to follow it yet.
  bool may_replace(incarnation_id number) const noexcept {
    return plan.state() == replica_state::wanted && current && current->number == number
           && !successor;
  }

  /// Its current worker takes calls and goes on doing so.
  bool works() const noexcept { return current && current->ready && !current->leaving; }

  /// A worker of it is ready, though it may be about to leave.
  bool is_usable() const noexcept {
    return (current && current->ready) || (successor && successor->ready);
  }

  /// Its current worker is to become ready.
  bool is_starting() const noexcept {
    return current && !current->ready && !current->leaving;
  }

  /// Calls `f` with the current worker and the successor, as far as there are any.
  template <class F>
  void for_each_wanted(F&& f) {
    if (current)
      f(*current);
    if (successor)
      f(*successor);
  }

  /// Calls `f` with every incarnation that lives in `r`.
  template <class Replica, class F>
  static void for_each(Replica& r, F&& f) {
    if (r.current)
      f(*r.current);
    if (r.successor)
      f(*r.successor);
    for (auto& w : r.old)
      f(w);
  }

  /// Returns the current worker or else the successor, or nullptr.
  incarnation* shown();

  /// Returns the incarnation with this number if it lives here, or nullptr.
  incarnation* find(incarnation_id number);

  /// The successor takes the place of the current worker, if there is one: that is
  /// leaving from now on. Returns it.
  incarnation* promote();

  /// Takes the incarnation with this number out, if it lives here.
  std::optional<std::pair<role, incarnation>> remove(incarnation_id number);

  /// Returns an invariant that does not hold, or nothing.
  std::optional<std::string> verify() const;
};

} // namespace troupe::supervisor
