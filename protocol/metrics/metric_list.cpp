#include "protocol/metrics/metric_list.hpp"

#include <iterator>

namespace troupe::metrics {

namespace {

/// Cuts the first word off `words`.
std::string_view next_word(std::string_view& words) {
  auto end = words.find(' ');
  auto word = words.substr(0, end);
  words = end == words.npos ? std::string_view{} : words.substr(end + 1);
  return word;
}

} // namespace

std::string full_name(const metric_info& what) {
  auto own = !what.name.starts_with("process_");
  return (own ? "troupe_" : "") + std::string{what.name};
}

bool is_reserved(std::string_view name) {
  return name.starts_with("troupe_") || name.starts_with("process_");
}

metric_family& metric_list::family_of(const metric_info& what) {
  if (last_ && what.name == last_name_)
    return *last_;
  auto [at, is_new] = families_.try_emplace(full_name(what));
  if (is_new)
    at->second = {at->first, std::string{what.help}, what.type, {}};
  last_name_ = what.name;
  last_ = &at->second;
  return at->second;
}

metric_sample& metric_list::add_sample(const metric_info& what, label_values values) {
  auto& sample = family_of(what).samples.emplace_back();
  sample.labels.reserve(values.size());
  auto names = what.labels;
  for (auto value : values)
    sample.labels.push_back({std::string{next_word(names)}, std::string{value}});
  return sample;
}

void metric_list::add(const metric_info& what, label_values values, double value) {
  add_sample(what, values).value = value;
}

void metric_list::add(const metric_info& what, label_values values,
                      const duration_histogram& value) {
  using seconds = std::chrono::duration<double>;
  auto& h = add_sample(what, values).histogram.emplace();
  for (auto bound : duration_histogram::bounds)
    h.bounds.push_back(seconds{bound}.count());
  h.counts.assign(value.counts().begin(), value.counts().end());
  h.sum = seconds{value.sum()}.count();
}

void metric_list::add(metric_family family) {
  auto& known = families_[family.name];
  auto& samples = family.samples;
  if (known.name.empty())
    known = std::move(family);
  else
    std::move(samples.begin(), samples.end(), std::back_inserter(known.samples));
}

std::vector<metric_family> metric_list::take() {
  std::vector<metric_family> all;
  for (auto& [name, family] : families_)
    all.push_back(std::move(family));
  families_.clear();
  last_ = nullptr;
  return all;
}

} // namespace troupe::metrics
