#include "actors/metrics/exposition.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <utility>

namespace troupe::scraping {

namespace {

using metrics::metric_type;

/// The serializer writes a help text as it is: a line break would end the line.
std::string on_one_line(std::string_view help) {
  std::string out;
  for (auto c : help)
    if (c == '\n')
      out += "\\n";
    else if (c == '\\')
      out += "\\\\";
    else
      out += c;
  return out;
}

prometheus::MetricType type_of(metric_type type) {
  switch (type) {
    case metric_type::counter:
      return prometheus::MetricType::Counter;
    case metric_type::gauge:
      return prometheus::MetricType::Gauge;
    case metric_type::histogram:
      break;
  }
  return prometheus::MetricType::Histogram;
}

prometheus::ClientMetric::Histogram to_histogram(const metrics::histogram_value& h) {
  prometheus::ClientMetric::Histogram out;
  uint64_t sum = 0;
  for (size_t i = 0; i < h.counts.size(); ++i) {
    sum += h.counts[i];
    auto bound =
        i < h.bounds.size() ? h.bounds[i] : std::numeric_limits<double>::infinity();
    out.bucket.push_back({sum, bound});
  }
  out.sample_count = sum;
  out.sample_sum = h.sum;
  return out;
}

prometheus::ClientMetric to_metric(metrics::metric_sample& from, metric_type type) {
  prometheus::ClientMetric out;
  for (auto& label : from.labels)
    out.label.push_back({std::move(label.name), std::move(label.value)});
  if (type == metric_type::counter)
    out.counter.value = from.value;
  else if (type == metric_type::gauge)
    out.gauge.value = from.value;
  else if (from.histogram)
    out.histogram = to_histogram(*from.histogram);
  return out;
}

} // namespace

std::string to_text(std::vector<metrics::metric_family> families) {
  std::vector<prometheus::MetricFamily> all;
  all.reserve(families.size());
  for (auto& from : families) {
    auto& to = all.emplace_back();
    to.name = std::move(from.name);
    to.help = on_one_line(from.help);
    to.type = type_of(from.type);
    to.metric.reserve(from.samples.size());
    for (auto& sample : from.samples)
      to.metric.push_back(to_metric(sample, from.type));
  }
  return prometheus::TextSerializer{}.Serialize(all);
}

} // namespace troupe::scraping
