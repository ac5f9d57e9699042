#include "protocol/metrics/call_counts.hpp"

#include "protocol/base/metric_limits.hpp"

namespace troupe::metrics {

namespace {

template <class Array>
void add_up(Array& to, const Array& more) {
  for (size_t i = 0; i < to.size(); ++i)
    to[i] += more[i];
}

} // namespace

call_counts& call_counts::operator+=(const call_counts& other) noexcept {
  add_up(received, other.received);
  add_up(ended, other.ended);
  waited += other.waited;
  ran += other.ran;
  return *this;
}

call_counts calls_by_kind::sum() const {
  auto all = others_;
  for (auto& [kind, counts] : kinds_)
    all += counts;
  return all;
}

call_counts& calls_by_kind::find(std::string_view kind) {
  if (auto known = kinds_.find(kind); known != kinds_.end())
    return known->second;
  // A kind is the client's word: one that is long is not worth a label.
  if (kinds_.size() >= most_ || kind.size() > limits::metric_kind_bytes)
    return others_;
  return kinds_.try_emplace(std::string{kind}).first->second;
}

} // namespace troupe::metrics
