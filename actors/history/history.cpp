#include "actors/history/history.hpp"

#include "protocol/base/listing_limits.hpp"

#include <caf/send.hpp>

#include <cstdlib>
#include <utility>

namespace troupe::history {

using std::chrono::duration_cast;
using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::seconds;

second_count::second_count(steady_clock::time_point now, wall_time wall) {
  auto whole = floor<seconds>(wall);
  start_ = now - duration_cast<steady_clock::duration>(wall - whole);
  first_ = whole.time_since_epoch().count();
}

int64_t second_count::at(steady_clock::time_point t) const {
  return first_ + floor<seconds>(t - start_).count();
}

steady_clock::time_point second_count::begin_of(int64_t second) const {
  return start_ + seconds{second - first_};
}

int64_t second_count::shift(steady_clock::time_point now, wall_time wall) const {
  auto ahead = floor<seconds>(wall).time_since_epoch().count() - at(now);
  // The two are not read at once, and drift a little.
  return std::abs(ahead) <= 1 ? 0 : ahead;
}

void history_state::begin(const std::string& pool,
                          std::shared_ptr<const pool_activity> activity) {
  pools.insert_or_assign(pool, pool_history{std::move(activity)});
  set_timer();
}

void history_state::tick() {
  ticking = false;
  auto now = self->clock().now();
  auto over = count.at(now) - 1;
  auto now_ms = duration_cast<milliseconds>(now.time_since_epoch()).count();
  for (auto& [key, pool] : pools)
    if (auto& rows = pool.rows(history_step::second);
        rows.begin() == rows.end() || rows.end() <= over)
      pool.record(over, now_ms);
  // In time for the last second of each minute. Its answer is in `pool_activity`.
  if ((over + 2) % seconds_in(history_step::minute) == 0)
    caf::anon_send(sampler, atom::sample_v, sample_need::once);
  set_timer();
}

void history_state::set_timer() {
  if (pools.empty() || std::exchange(ticking, true))
    return;
  auto now = self->clock().now();
  self->delayed_send(self, count.begin_of(count.at(now) + 1) - now, internal::timer_v);
}

caf::result<shared_bytes> history_state::answer(const history_question& q) const {
  auto pool = pools.find(q.pool);
  if (pool == pools.end() && !q.pool.empty())
    return to_error(no_such_pool(q.pool));
  // Whoever looks wants memory and CPU time as well.
  caf::anon_send(sampler, atom::sample_v, sample_need::viewer);
  auto shift = count.shift(self->clock().now(), wall_clock());
  auto length = seconds_in(q.step);
  row_filter wanted{
      .step = q.step, .from = (q.since - shift + length - 1) / length, .shift = shift};
  if (q.pool.empty())
    wanted.last = limits::history_rows;
  wanted.last = q.last.value_or(wanted.last);
  if (q.pool.empty())
    return shared_bytes{to_json(pools, wanted)};
  return shared_bytes{to_json(q.pool, pool->second.rows(q.step), wanted)};
}

history_actor::behavior_type
history_behavior(history_self* self, sampler_actor sampler,
                 std::function<second_count::wall_time()> wall_clock) {
  auto& st = self->state;
  st.self = self;
  st.sampler = std::move(sampler);
  st.wall_clock = std::move(wall_clock);
  st.count = {self->clock().now(), st.wall_clock()};
  return {
      [self](atom::join, const std::string& pool,
             std::shared_ptr<const pool_activity>& activity) {
        self->state.begin(pool, std::move(activity));
      },
      [self](atom::forget, const std::string& pool) { self->state.pools.erase(pool); },
      [self](atom::tail, const history_question& q) { return self->state.answer(q); },
      [self](internal::timer) { self->state.tick(); },
  };
}

} // namespace troupe::history
