#pragma once

#include "protocol/metrics/metric_list.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::metrics {

/// A metric of workers, as the configuration declares it.
struct declared_metric {
  /// In full: it gets no prefix.
  std::string name;
  metric_type type = metric_type::counter;
  std::string help;
  std::vector<std::string> labels;
  /// Of a histogram: the upper bounds of its buckets, ascending.
  std::vector<double> buckets;

  bool operator==(const declared_metric&) const = default;
};

using declared_metrics = std::vector<declared_metric>;

/// The samples that workers of one pool have sent: a counter adds up what it is sent, a
/// gauge keeps the last value, a histogram counts the values. For one thread.
class collected_metrics {
public:
  explicit collected_metrics(std::shared_ptr<const declared_metrics> declared = {})
    : declared_(std::move(declared)) {}

  enum class refusal : uint8_t {
    /// It was taken.
    none,
    /// No metric of this name is declared.
    undeclared,
    /// Its value or its labels are not as declared.
    malformed,
    /// The metric has `limits::metric_series` sets of labels already.
    too_many_series,
    count_,
  };

  /// Takes a sample: `{"name":…,"value":…,"labels":{…}}`. Without a value, a counter
  /// counts 1.
  refusal take(std::string_view payload);

  /// Returns the metrics that have samples, each with the label `pool` before its own.
  std::vector<metric_family> families(std::string_view pool) const;

private:
  struct series {
    double value = 0;
    /// Of a histogram; one more than there are buckets.
    std::vector<uint64_t> counts;
  };
  /// By the values of the labels, in the order of the declaration.
  using series_table = std::map<std::vector<std::string>, series>;

  static void record(const declared_metric& d, series& to, double value);

  std::shared_ptr<const declared_metrics> declared_;
  /// By the index of the declaration.
  std::map<size_t, series_table> all_;
};

/// Returns why a sample was not taken.
std::string_view explain(collected_metrics::refusal why);

} // namespace troupe::metrics
