#include "actors/broker/broker.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/metric_limits.hpp"
#include "protocol/metrics/pool_metrics.hpp"

#include <algorithm>

/// What a BROKER counts, and how it is told to METRICS.
namespace troupe::broker {

namespace {

namespace metric = metrics::pool;

/// The numbers of a pool's calls at one moment.
struct call_snapshot {
  std::string pool;
  metrics::calls_by_kind calls;
  pool_call_totals totals;
  call_gauges now;
  uint64_t limit = 0;
  bool ready = false;
  bool drained = false;
};

/// Writes the counts of one kind of calls.
/// @param kind Empty where kinds are not told apart.
void write_calls(metrics::metric_list& out, const std::string& pool,
                 const metrics::call_counts& counts, std::string_view kind) {
  auto add = [&](const metrics::metric_info& what, std::string_view value, uint64_t n) {
    if (kind.empty())
      out.add(what, {pool, value}, n);
    else
      out.add(what, {pool, value, kind}, n);
  };
  for (size_t i = 0; i < counts.received.size(); ++i)
    add(metric::calls_received, word_for(static_cast<front_kind>(i)), counts.received[i]);
  for (size_t i = 0; i < counts.ended.size(); ++i) {
    auto how = static_cast<code>(i);
    // With kinds, codes that did not occur would be most of the scrape.
    if (kind.empty() || counts.ended[i] > 0 || how == code::none)
      add(metric::calls, how == code::none ? "ok" : info(how).name, counts.ended[i]);
  }
  if (kind.empty()) {
    out.add(metric::queue_wait, {pool}, counts.waited);
    out.add(metric::call_run, {pool}, counts.ran);
  } else {
    out.add(metric::queue_wait, {pool, kind}, counts.waited);
    out.add(metric::call_run, {pool, kind}, counts.ran);
  }
}

void write(metrics::metric_list& out, const call_snapshot& s) {
  if (!s.calls.tells_kinds()) {
    write_calls(out, s.pool, s.calls.others(), {});
  } else {
    for (auto& [kind, counts] : s.calls.kinds())
      write_calls(out, s.pool, counts, json_text::unescape(kind));
    write_calls(out, s.pool, s.calls.others(), "other");
  }
  out.add(metric::calls_handed_on, {s.pool}, s.totals.handed_on);
  out.add(metric::queue_depth, {s.pool}, s.now.waiting);
  out.add(metric::queue_limit, {s.pool}, s.limit);
  out.add(metric::queue_oldest, {s.pool}, s.now.oldest_waiting);
  out.add(metric::calls_running, {s.pool}, s.now.running);
  out.add(metric::calls_abandoned, {s.pool}, s.now.abandoned);
  out.add(metric::call_slots, {s.pool}, s.now.slots);
  out.add(metric::call_oldest, {s.pool}, s.now.oldest_running);
  out.add(metric::call_retries, {s.pool}, s.totals.retries);
  out.add(metric::calls_quarantined, {s.pool}, s.totals.quarantined);
  out.add(metric::slow_calls, {s.pool}, s.totals.slow);
  out.add(metric::call_received_bytes, {s.pool}, s.totals.received_bytes);
  out.add(metric::call_sent_bytes, {s.pool}, s.totals.sent_bytes);
  out.add(metric::stream_parts, {s.pool}, s.totals.parts);
  out.add(metric::pool_ready, {s.pool}, s.ready);
  out.add(metric::pool_drained, {s.pool}, s.drained);
}

} // namespace

void broker_state::count_arrival(const call& c) {
  auto& counts = *pool->records.counts;
  ++counts.calls.of(c.kind.view()).received[static_cast<size_t>(c.front)];
  counts.totals.received_bytes += c.payload.size();
}

void broker_state::count_run(const running_call& f, steady_clock::time_point now) {
  pool->records.counts->calls.of(f.call.what.kind.view()).ran.add(now - f.started);
}

call_gauges broker_state::gauges() const {
  auto now = self->clock().now();
  auto first_start = now;
  running.for_each([&](size_t, const running_call& f) {
    if (!f.abandoned)
      first_start = std::min(first_start, f.started);
  });
  return {.waiting = queue.size() + held.waiting_steps(),
          .running = running.waited_for(),
          .abandoned = running.abandoned(),
          .slots = workers.capacity(),
          .oldest_waiting = now - queue.oldest(limits::metrics_queue_looks).value_or(now),
          .oldest_running = now - first_start};
}

metrics_snapshot_ptr broker_state::measure() const {
  auto& counts = *pool->records.counts;
  call_snapshot s{.pool = pool->config.name,
                  .calls = counts.calls,
                  .totals = counts.all_totals(),
                  .now = gauges(),
                  .limit = pool->config.queue_limit};
  for (auto& ask : counts.copies)
    s.now.add(ask());
  auto all = status();
  s.ready = is_ready(pool->config, all);
  s.drained = all.drained_for.has_value();
  return make_metrics_snapshot(
      [s = std::move(s)](metrics::metric_list& out) { write(out, s); });
}

} // namespace troupe::broker
