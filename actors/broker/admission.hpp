#pragma once

#include "actors/broker/quarantine.hpp"
#include "actors/broker/service_rate.hpp"
#include "protocol/base/call.hpp"
#include "protocol/base/result.hpp"
#include "protocol/config/config.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace troupe::broker {

/// Decides which calls a pool takes, and says why it refuses one.
class admission {
public:
  using time_point = steady_clock::time_point;

  // -- what the pool is told --------------------------------------------------------

  /// Calls that were refused for their deaths are tried again.
  /// @param most Workers that a call may kill; 0 for any number.
  void reset_quarantine(uint32_t most) { quarantine_ = quarantine{most}; }

  /// No call can run, for this reason; `code::none` takes it back.
  void set_condition(fault why) { condition_ = std::move(why); }

  /// Takes new calls, or none until it is told otherwise. Returns whether that is news.
  bool set_admitting(bool admitting, time_point now) {
    if (admitting == is_admitting())
      return false;
    drained_since_ = admitting ? std::nullopt : std::optional{now};
    return true;
  }

  /// Takes no calls any more, except those that running calls make.
  void drain() { draining_ = true; }

  // -- what happens to calls --------------------------------------------------------

  /// A call begins where none ran.
  void note_first_start(time_point now) { rate_.begin(now); }

  /// The call ended well.
  void note_success(const call& c, time_point now) {
    rate_.note(now);
    quarantine_.record_success(c);
  }

  /// A worker ended instead of answering the call. Returns whether the call is refused
  /// from now on.
  bool record_death(const call& c, time_point now) {
    return quarantine_.record_death(c, now);
  }

  // -- decisions --------------------------------------------------------------------

  /// Fails with the reason if the call is refused.
  /// @param is_new False for one that was taken before and is to go on.
  result<> validate(const call& c, bool is_new, const config::pool& pool,
                    time_point now) const;

  /// Fails with the reason if the next step of a session is refused. A pool that takes no
  /// new calls still ends what it began.
  result<> validate_step(const call& c, const config::pool& pool) const;

  /// Returns why a call is refused when `waiting` calls fill the queue, and when to try
  /// again.
  fault busy(const config::pool& pool, size_t waiting) const;

  bool is_draining() const noexcept { return draining_; }
  bool is_admitting() const noexcept { return !drained_since_; }
  /// Returns since when an operator keeps it from taking new calls, if one does.
  std::optional<time_point> drained_since() const noexcept { return drained_since_; }
  /// Returns whether a new call is taken, as far as that is up to the pool.
  bool takes_calls() const noexcept { return can_run() && is_admitting() && !draining_; }
  /// Returns whether calls can run at all.
  bool can_run() const noexcept { return condition_.what == code::none; }
  /// Returns why not.
  fault condition(time_point now) const;

private:
  fault condition_;
  bool draining_ = false;
  /// Set while an operator keeps it from taking new calls.
  std::optional<time_point> drained_since_;
  quarantine quarantine_{0};
  service_rate rate_;
};

/// Returns whether a pool whose workers take so much takes the call.
inline bool fits(const call& c, uint64_t max_frame) {
  return c.payload.size() + c.kind.size() <= max_frame;
}

/// Returns the fault of a call that does not fit.
/// @param most What the pool takes, in bytes.
fault too_long(const call& c, std::string_view pool, uint64_t most);

/// Returns the fault of a call for a worker that the pool does not have.
/// @param node Where the caller, who is elsewhere, has asked for it; empty: here.
fault no_such_worker(const config::pool& pool, int32_t index, std::string_view node = {});

} // namespace troupe::broker
