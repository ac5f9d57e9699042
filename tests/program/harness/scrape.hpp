#pragma once

#include "tests/program/harness/node_process.hpp"

#include <map>
#include <string>
#include <string_view>

namespace program {

/// What a scrape of a node says, read by Prometheus' own client.
class scrape {
public:
  scrape() = default;

  /// Reads `text`; throws if it is no exposition.
  explicit scrape(const std::string& text);

  /// Asks the node for GET /metrics.
  explicit scrape(const node_process& node);

  /// Returns the value of a sample, e.g. `troupe_calls_total{code=ok,pool=a}`: labels by
  /// name. NaN if it is not there.
  double operator[](const std::string& sample) const;

  /// Returns the sum of all samples whose text begins so, whatever else their labels are.
  /// @param part Must be in them.
  double sum(std::string_view begin, std::string_view part = {}) const;

  /// Returns the type of a metric; empty for none. A counter is named without `_total`.
  std::string type_of(const std::string& metric) const;

  const std::map<std::string, double>& samples() const { return samples_; }

private:
  std::map<std::string, double> samples_;
  std::map<std::string, std::string> types_;
};

/// Returns what does not add up for a pool, or an empty text: calls that were received
/// have ended, wait or run, and workers that were started have ended or live.
std::string mistake_in_sums(const scrape& s, const std::string& pool);

} // namespace program
