#pragma once

#include "actors/broker/open_call_index.hpp"
#include "actors/interfaces/open_calls.hpp"
#include "protocol/base/listing_limits.hpp"

#include <caf/typed_response_promise.hpp>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace troupe::broker {

/// The oldest open calls that an operator asks for, being searched for in steps: however
/// many calls are open, a step takes about the same time.
class call_search {
public:
  /// A call that was found.
  struct found_call {
    steady_clock::time_point taken;
    call_number number;
    auto operator<=>(const found_call&) const = default;
  };

  explicit call_search(call_query wanted)
    : wanted_(std::move(wanted)) {}

  const call_query& wanted() const noexcept { return wanted_; }

  /// Looks at the next entries.
  /// @param matches Tells of a place whether its call is wanted, as far as its age does
  /// not decide.
  /// @returns Whether all were looked at.
  template <class Matches>
  bool step(const open_call_index& open, steady_clock::time_point now,
            Matches&& matches) {
    auto newest = now - wanted_.older;
    return open.look(
        next_, limits::call_search_step,
        [&](call_number number, steady_clock::time_point taken,
            const open_call_index::where& w) {
          if (taken <= newest && is_among_oldest({taken, number}) && matches(w))
            keep({taken, number});
        });
  }

  /// Returns those that were found, the oldest first. Some may have ended since.
  std::vector<found_call> take_found() {
    std::sort_heap(oldest_.begin(), oldest_.end());
    return std::exchange(oldest_, {});
  }

private:
  bool is_among_oldest(const found_call& c) const {
    return oldest_.size() < wanted_.limit || (!oldest_.empty() && c < oldest_.front());
  }
  void keep(const found_call& c);

  call_query wanted_;
  uint32_t next_ = 0;
  /// A heap: the youngest is in front.
  std::vector<found_call> oldest_;
};

/// The searches of one actor: they take turns, a step each.
class call_searches {
public:
  using promise = caf::typed_response_promise<open_calls>;

  /// Adds one. Returns whether it is the only one: then a step is due.
  bool add(call_query wanted, promise asked) {
    all_.push_back({call_search{std::move(wanted)}, std::move(asked)});
    return all_.size() == 1;
  }

  /// Makes a step of the next search, and answers it if that was the last.
  /// @param step `bool(call_search&)`; returns whether it was.
  /// @param describe Returns what is known of a call now; nothing for one that has ended.
  /// @returns Whether another step is due.
  bool advance(const std::function<bool(call_search&)>& step,
               const std::function<std::optional<open_call>(call_number)>& describe);

  /// Answers all with no calls: the actor ends.
  void end();

  bool empty() const noexcept { return all_.empty(); }

private:
  struct entry {
    call_search search;
    promise asked;
  };

  std::deque<entry> all_;
};

/// Returns what numbers of calls begin with, in one run of an actor.
uint32_t random_generation();

} // namespace troupe::broker
