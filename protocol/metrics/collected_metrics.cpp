#include "protocol/metrics/collected_metrics.hpp"

#include "protocol/base/json_document.hpp"
#include "protocol/base/metric_limits.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value_to.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace troupe::metrics {

namespace {

namespace json = boost::json;

/// A sample as a worker has sent it.
struct sent_sample {
  std::string name;
  std::optional<double> value;
  json::object labels;
};

/// Returns nothing if `payload` is no sample.
std::optional<sent_sample> read_sample(std::string_view payload) {
  if (payload.size() > limits::metric_sample_bytes)
    return std::nullopt;
  json::error_code ec;
  auto read = parse_document(payload, ec);
  auto o = read.if_object();
  auto name = o ? o->if_contains("name") : nullptr;
  if (!name || !name->is_string())
    return std::nullopt;
  sent_sample s{std::string{name->get_string()}, std::nullopt, {}};
  if (auto value = o->if_contains("value")) {
    if (!value->is_number())
      return std::nullopt;
    s.value = value->to_number<double>(ec);
  }
  if (auto labels = o->if_contains("labels")) {
    if (!labels->is_object())
      return std::nullopt;
    s.labels = std::move(labels->get_object());
  }
  return s;
}

/// Returns the values of the labels, in the order of the declaration; nothing if they are
/// not those that are declared, or are no strings.
std::optional<std::vector<std::string>> label_values(const declared_metric& d,
                                                     const json::object& sent) {
  if (sent.size() != d.labels.size())
    return std::nullopt;
  std::vector<std::string> values;
  for (auto& label : d.labels) {
    auto value = sent.if_contains(label);
    if (!value || !value->is_string())
      return std::nullopt;
    values.emplace_back(value->get_string());
  }
  return values;
}

} // namespace

std::string_view explain(collected_metrics::refusal why) {
  using enum collected_metrics::refusal;
  switch (why) {
    case none:
    case count_:
      break;
    case undeclared:
      return "no metric of this name is declared (metrics.collect)";
    case malformed:
      return "expected the name, a number as value, and the declared labels as strings";
    case too_many_series:
      return "the metric has as many sets of labels as it may have";
  }
  return "it was taken";
}

collected_metrics::refusal collected_metrics::take(std::string_view payload) {
  auto sent = read_sample(payload);
  if (!sent)
    return refusal::malformed;
  if (!declared_)
    return refusal::undeclared;
  auto d = std::find_if(declared_->begin(), declared_->end(),
                        [&](auto& one) { return one.name == sent->name; });
  if (d == declared_->end())
    return refusal::undeclared;
  auto value = sent->value;
  if (!value && d->type == metric_type::counter)
    value = 1;
  auto labels = label_values(*d, sent->labels);
  auto is_good = value && std::isfinite(*value) && labels
                 && (d->type != metric_type::counter || *value >= 0);
  if (!is_good)
    return refusal::malformed;
  auto& table = all_[static_cast<size_t>(d - declared_->begin())];
  auto known = table.find(*labels);
  if (known == table.end()) {
    if (table.size() >= limits::metric_series)
      return refusal::too_many_series;
    known = table.try_emplace(*std::move(labels)).first;
  }
  if (d->type != metric_type::gauge && !std::isfinite(known->second.value + *value))
    return refusal::malformed; // a sum that is infinite stays so
  record(*d, known->second, *value);
  return refusal::none;
}

void collected_metrics::record(const declared_metric& d, series& to, double value) {
  if (d.type == metric_type::gauge) {
    to.value = value;
    return;
  }
  to.value += value;
  if (d.type != metric_type::histogram)
    return;
  to.counts.resize(d.buckets.size() + 1);
  auto at = std::lower_bound(d.buckets.begin(), d.buckets.end(), value);
  ++to.counts[static_cast<size_t>(at - d.buckets.begin())];
}

std::vector<metric_family> collected_metrics::families(std::string_view pool) const {
  std::vector<metric_family> out;
  for (auto& [index, table] : all_) {
    auto& d = (*declared_)[index];
    metric_family family{d.name, d.help, d.type, {}};
    for (auto& [values, from] : table) {
      metric_sample sample;
      sample.labels.push_back({"pool", std::string{pool}});
      for (size_t i = 0; i < values.size(); ++i)
        sample.labels.push_back({d.labels[i], values[i]});
      if (d.type == metric_type::histogram)
        sample.histogram = {d.buckets, from.counts, from.value};
      else
        sample.value = from.value;
      family.samples.push_back(std::move(sample));
    }
    out.push_back(std::move(family));
  }
  return out;
}

} // namespace troupe::metrics
