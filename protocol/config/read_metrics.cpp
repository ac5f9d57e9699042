#include "protocol/base/json_text.hpp"
#include "protocol/config/listen.hpp"
#include "protocol/config/read.hpp"
#include "protocol/metrics/metric_list.hpp"

#include <algorithm>
#include <cmath>

/// The keys of `[metrics]`.
namespace troupe::config {

namespace {

using troupe::metrics::declared_metric;
using troupe::metrics::metric_type;

constexpr size_t most_labels = 8;
constexpr size_t most_buckets = 64;

/// Returns whether `text` is a name as Prometheus has them, of a metric or of a label.
bool is_metric_name(std::string_view text, bool is_label) {
  auto is_first = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
           || (c == ':' && !is_label);
  };
  auto is_next = [&](char c) { return is_first(c) || (c >= '0' && c <= '9'); };
  return !text.empty() && is_first(text[0])
         && std::all_of(text.begin(), text.end(), is_next);
}

void read_labels(section& s, declared_metric& out) {
  if (!s.texts("labels", out.labels))
    return;
  if (out.labels.size() > most_labels)
    s.wrong("labels", "expected at most " + std::to_string(most_labels) + " labels");
  auto sorted = out.labels;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    s.wrong("labels", "expected each label once");
  for (auto& label : out.labels)
    if (!is_metric_name(label, true) || label.starts_with("__"))
      s.wrong("labels",
              "expected names of letters, digits and _, not " + json_string(label));
    else if (label == "pool" || label == "le")
      s.wrong("labels", "the node sets the label " + label + " itself");
}

/// Reads the bounds of a histogram, which must have some.
void read_buckets(section& s, declared_metric& out) {
  auto given = s.get("buckets");
  if (out.type != metric_type::histogram) {
    if (given)
      s.wrong("buckets", "belongs to a histogram alone");
    return;
  }
  auto bounds = given ? given->as_array() : nullptr;
  if (!bounds || bounds->empty() || bounds->size() > most_buckets)
    return s.wrong("buckets", "expected an array of 1 to " + std::to_string(most_buckets)
                                  + " numbers, the upper bounds of a histogram");
  for (auto& bound : *bounds) {
    auto value = bound.is_number() ? bound.value<double>() : std::nullopt;
    if (!value || !std::isfinite(*value)
        || (!out.buckets.empty() && *value <= out.buckets.back()))
      return s.wrong("buckets", "expected ascending numbers");
    out.buckets.push_back(*value);
  }
}

void read_declared(section& s, declared_metric& out) {
  if (!s.get("type"))
    s.wrong("type", "is missing: expected \"counter\", \"gauge\" or \"histogram\"");
  s.choice("type", out.type,
           {{"counter", metric_type::counter},
            {"gauge", metric_type::gauge},
            {"histogram", metric_type::histogram}});
  s.text("help", out.help);
  read_labels(s, out);
  read_buckets(s, out);
}

/// A histogram is told as samples of three further names.
void validate_samples(section& s, const troupe::metrics::declared_metrics& all) {
  for (auto& histogram : all)
    for (auto suffix : {"_bucket", "_count", "_sum"})
      for (auto& other : all)
        if (histogram.type == metric_type::histogram
            && other.name == histogram.name + suffix)
          s.wrong(other.name,
                  "the histogram " + histogram.name + " has samples of this name");
}

void read_collect(section s, troupe::metrics::declared_metrics& out) {
  for (auto& name : s.keys()) {
    auto& one = out.emplace_back();
    one.name = name;
    if (!is_metric_name(name, false))
      s.wrong(name, "the name of a metric is of letters, digits, _ and :");
    else if (troupe::metrics::is_reserved(name))
      s.wrong(name, "names with troupe_ and process_ are the node's own");
    if (auto n = s.get(name); n->is_table()) {
      auto own = s.table(name);
      read_declared(own, one);
    } else {
      s.wrong(name, "expected a table, not " + std::string{type_of(*n)});
    }
  }
  validate_samples(s, out);
}

} // namespace

void read_metrics(section& s, metrics_options& out) {
  if (s.text("listen", out.listen)) {
    if (out.listen == "off")
      out.listen.clear();
    else if (!parse_listen(out.listen))
      s.wrong("listen",
              "expected \"host:port\" or \"off\", not " + json_string(out.listen));
  }
  s.flag("workers", out.workers);
  s.whole("kinds", out.kinds, 0u, 1'000u);
  read_collect(s.table("collect"), out.collect);
}

} // namespace troupe::config
