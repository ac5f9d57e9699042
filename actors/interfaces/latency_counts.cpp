#include "actors/interfaces/latency_counts.hpp"

#include <cmath>

namespace troupe {

double quantile(const latency_array& counts, uint64_t total, double q) {
  auto rank = std::max(1.0, std::ceil(q * static_cast<double>(total)));
  uint64_t seen = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    seen += counts[i];
    if (static_cast<double>(seen) >= rank)
      return latency_buckets::middle_of(i);
  }
  return latency_buckets::middle_of(counts.size() - 1);
}

} // namespace troupe
