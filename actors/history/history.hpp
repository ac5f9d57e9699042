#pragma once

#include "actors/history/history_actor.hpp"
#include "actors/history/history_json.hpp"
#include "actors/interfaces/sampler_actor.hpp"
#include "actors/loop/pinned.hpp"
#include "protocol/base/call.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace troupe::history {

struct history_state;

using history_self = loop::shared_actor<history_actor, history_state>;

/// Numbers seconds: as the wall clock does when it begins, and then without a jump.
class second_count {
public:
  using wall_time = std::chrono::system_clock::time_point;

  second_count() = default;
  second_count(steady_clock::time_point now, wall_time wall);

  /// Returns the number of the second that `t` is in.
  int64_t at(steady_clock::time_point t) const;

  /// Returns when that second begins.
  steady_clock::time_point begin_of(int64_t second) const;

  /// Returns by how many seconds the wall clock is ahead of this count: 0 until it is set
  /// anew.
  int64_t shift(steady_clock::time_point now, wall_time wall) const;

private:
  /// The beginning of the second with the number `first_`.
  steady_clock::time_point start_;
  int64_t first_ = 0;
};

/// The state of a HISTORY actor.
struct history_state {
  explicit history_state(caf::local_actor*) {}

  void begin(const std::string& pool, std::shared_ptr<const pool_activity> activity);
  /// A second is over: records it for all pools.
  void tick();
  caf::result<shared_bytes> answer(const history_question& q) const;

  static inline const char* name = "history";

  history_self* self = nullptr;
  sampler_actor sampler;
  std::function<second_count::wall_time()> wall_clock;
  second_count count;
  history_table pools;
  /// Whether the timer is set; it rests while there are no pools.
  bool ticking = false;

private:
  void set_timer();
};

static_assert(!std::is_aggregate_v<history_state>);

/// Returns the behavior of a HISTORY actor: what each pool did, by the second and by the
/// minute. It runs on no loop.
/// @param wall_clock For the times that clients see.
history_actor::behavior_type
history_behavior(history_self* self, sampler_actor sampler,
                 std::function<second_count::wall_time()> wall_clock);

} // namespace troupe::history
