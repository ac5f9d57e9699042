// metrics_counting: what counting costs a call, without the call. Prints a line of JSON
// with the time of one call's counts, and the same where kinds of calls are told apart.

#include "protocol/metrics/call_counts.hpp"

#include <chrono>
#include <cstdio>
#include <string>

namespace {

using namespace troupe;
using clock_type = std::chrono::steady_clock;

constexpr int calls = 5'000'000;

/// Counts as a BROKER does for a call that ends well. Returns the nanoseconds for each.
double time_of_counting(metrics::calls_by_kind& counts, const std::string& kind) {
  auto begin = clock_type::now();
  for (int i = 0; i < calls; ++i) {
    ++counts.of(kind).received[1];
    counts.of(kind).waited.add(std::chrono::nanoseconds{i % 100'000});
    counts.of(kind).ran.add(std::chrono::nanoseconds{i % 30'000'000});
    counts.of(kind).count_end(code::none);
  }
  std::chrono::duration<double, std::nano> took = clock_type::now() - begin;
  return took.count() / calls;
}

} // namespace

int main() {
  metrics::calls_by_kind plain;
  metrics::calls_by_kind by_kind{10};
  auto without = time_of_counting(plain, "echo");
  auto with = time_of_counting(by_kind, "echo");
  auto counted = plain.sum().ended[0] + by_kind.sum().ended[0];
  std::printf("{\"ns\":%.1f,\"kinds_ns\":%.1f}\n", without, with);
  return counted == 2 * calls ? 0 : 1;
}
