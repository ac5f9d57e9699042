#pragma once

#include "protocol/metrics/duration_histogram.hpp"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::metrics {

enum class metric_type : uint8_t { counter, gauge, histogram };

/// A metric that the node itself has. Its texts are literals.
struct metric_info {
  /// Without the prefix `troupe_`, except `process_…`; see `full_name`.
  std::string_view name;
  metric_type type = metric_type::counter;
  /// The names of its labels, separated by spaces.
  std::string_view labels;
  /// One sentence, without a line break.
  std::string_view help;
};

/// Returns the name as a scrape has it: `troupe_…`, or `process_…` as it is.
std::string full_name(const metric_info& what);

/// Returns whether a name, in full, is one that the node keeps for itself.
bool is_reserved(std::string_view name);

/// A label and its value.
struct metric_label {
  std::string name;
  std::string value;

  bool operator==(const metric_label&) const = default;
};

/// The buckets of a histogram.
struct histogram_value {
  /// In the unit of the metric, ascending. The last bucket has no bound.
  std::vector<double> bounds;
  /// One more than there are bounds; not added up.
  std::vector<uint64_t> counts;
  double sum = 0;
};

/// The value of a metric for one set of labels.
struct metric_sample {
  std::vector<metric_label> labels;
  double value = 0;
  /// Of a histogram, instead of `value`.
  std::optional<histogram_value> histogram;
};

/// All samples of one metric.
struct metric_family {
  std::string name;
  std::string help;
  metric_type type = metric_type::counter;
  std::vector<metric_sample> samples;
};

/// Gathers samples of metrics, whoever gives them and in whatever order.
class metric_list {
public:
  using label_values = std::initializer_list<std::string_view>;

  /// Has the metric in the list, though perhaps without a sample.
  void declare(const metric_info& what) { family_of(what); }

  /// Adds a sample.
  /// @param values Of the labels of `what`, in their order. Fewer leave the last out.
  void add(const metric_info& what, label_values values, double value);
  void add(const metric_info& what, label_values values, uint64_t value) {
    add(what, values, static_cast<double>(value));
  }
  void add(const metric_info& what, label_values values, bool value) {
    add(what, values, value ? 1.0 : 0.0);
  }
  void add(const metric_info& what, label_values values, std::chrono::nanoseconds value) {
    add(what, values, std::chrono::duration<double>{value}.count());
  }
  /// Adds a histogram, in seconds.
  void add(const metric_info& what, label_values values, const duration_histogram& value);

  /// Adds samples of a metric that is not the node's own. Samples of a family that is
  /// there already are added to it.
  void add(metric_family family);

  /// Returns the families, by name. Leaves none.
  std::vector<metric_family> take();

private:
  metric_family& family_of(const metric_info& what);
  metric_sample& add_sample(const metric_info& what, label_values values);

  std::map<std::string, metric_family, std::less<>> families_;
  /// The family that was asked for last: samples of one come together.
  std::string_view last_name_;
  metric_family* last_ = nullptr;
};

} // namespace troupe::metrics
