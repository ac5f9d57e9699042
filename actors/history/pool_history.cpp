#include "actors/history/pool_history.hpp"

#include <utility>

namespace troupe::history {

namespace {

/// Returns `n`, or the largest figure that a row can have.
uint32_t figure(uint64_t n) {
  return static_cast<uint32_t>(std::min<uint64_t>(n, history_row::none - 1));
}

/// Returns the larger of two figures, as far as they are known.
uint32_t most_of(uint32_t a, uint32_t b) {
  return a == history_row::none || b == history_row::none ? std::min(a, b)
                                                          : std::max(a, b);
}

uint32_t sum_of(uint32_t a, uint32_t b) {
  return a == history_row::none ? b : figure(uint64_t{a} + b);
}

/// Returns how much a total has grown, and keeps it in `before`.
uint32_t growth_of(const std::atomic<uint32_t>& total, uint32_t& before) {
  auto now = total.load(std::memory_order_relaxed);
  return figure(now - std::exchange(before, now));
}

void set_quantiles(history_row& row, const latency_array& counts, uint64_t total) {
  if (total == 0)
    return;
  row.p50_ms = static_cast<float>(quantile(counts, total, 0.5));
  row.p99_ms = static_cast<float>(quantile(counts, total, 0.99));
}

} // namespace

void pool_history::record(int64_t second, int64_t now_ms) {
  auto number = second / seconds_in(history_step::minute);
  if (minute_ && minute_->number != number)
    end_minute();
  if (!minute_) {
    minute_.emplace();
    minute_->number = number;
  }
  auto row = read(now_ms);
  seconds_.push(second, row);
  add_to_minute(row);
  if ((second + 1) % seconds_in(history_step::minute) == 0)
    end_minute();
}

history_row pool_history::read(int64_t now_ms) {
  constexpr auto relaxed = std::memory_order_relaxed;
  auto& a = *of_;
  history_row row;
  auto calls = a.calls.load(relaxed);
  auto errors = a.errors.load(relaxed);
  row.calls = figure(calls - std::exchange(calls_, calls));
  row.errors = figure(errors - std::exchange(errors_, errors));
  row.waiting = figure(a.waiting.load(relaxed));
  row.running = figure(a.running.load(relaxed));
  row.workers = figure(a.workers.load(relaxed));
  row.ends = growth_of(a.ends, ends_);
  row.restarts = growth_of(a.restarts, restarts_);
  row.reloads = growth_of(a.reloads, reloads_);
  auto sampled = a.sampled_ms.load(std::memory_order_acquire);
  if (sampled > 0 && now_ms - sampled <= sample_counts_ms) {
    row.memory_kib = figure(a.memory.load(relaxed) / 1024);
    row.cpu_permille = figure(a.cpu_permille.load(relaxed));
  }
  read_latency(row);
  return row;
}

void pool_history::read_latency(history_row& row) {
  auto& counts = of_->latency;
  // Nearly always a pool that did nothing is to cost nothing.
  if (auto total = counts.total(); std::exchange(latencies_, total) == total)
    return;
  latency_array since{};
  uint64_t found = 0;
  for (size_t i = 0; i < since.size(); ++i) {
    auto n = counts.at(i);
    since[i] = n - std::exchange(latency_[i], n);
    minute_->latency[i] += since[i];
    found += since[i];
  }
  minute_->latencies += found;
  set_quantiles(row, since, found);
}

void pool_history::add_to_minute(const history_row& row) {
  auto& sum = minute_->row;
  sum.calls = sum_of(sum.calls, row.calls);
  sum.errors = sum_of(sum.errors, row.errors);
  sum.ends = sum_of(sum.ends, row.ends);
  sum.restarts = sum_of(sum.restarts, row.restarts);
  sum.reloads = sum_of(sum.reloads, row.reloads);
  sum.waiting = most_of(sum.waiting, row.waiting);
  sum.running = most_of(sum.running, row.running);
  sum.workers = most_of(sum.workers, row.workers);
  sum.memory_kib = most_of(sum.memory_kib, row.memory_kib);
  if (row.cpu_permille != history_row::none) {
    minute_->cpu_sum += row.cpu_permille;
    ++minute_->cpu_rows;
  }
}

void pool_history::end_minute() {
  auto& row = minute_->row;
  if (minute_->cpu_rows > 0)
    row.cpu_permille = figure(minute_->cpu_sum / minute_->cpu_rows);
  set_quantiles(row, minute_->latency, minute_->latencies);
  minutes_.push(minute_->number, row);
  minute_.reset();
}

} // namespace troupe::history
