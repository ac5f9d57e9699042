#pragma once

#include "actors/interfaces/metrics_source.hpp"

#include <map>
#include <string>

namespace troupe::testing {

/// Returns the samples of a snapshot, each by its name and the values of its labels, as
/// `troupe_sessions paused`. A histogram has how many durations it has counted.
inline std::map<std::string, double> told_metrics(const metrics_snapshot_ptr& snapshot) {
  metrics::metric_list list;
  if (snapshot)
    snapshot->write(list);
  std::map<std::string, double> all;
  for (auto& family : list.take())
    for (auto& sample : family.samples) {
      auto name = family.name;
      for (auto& label : sample.labels)
        name += ' ' + label.value;
      auto value = sample.value;
      if (sample.histogram)
        for (auto n : sample.histogram->counts)
          value += static_cast<double>(n);
      all[name] += value;
    }
  return all;
}

} // namespace troupe::testing
