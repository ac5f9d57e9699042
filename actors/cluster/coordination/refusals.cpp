#include "actors/cluster/coordination/refusals.hpp"

#include "protocol/base/cluster_limits.hpp"

#include <utility>

namespace troupe::coordination {

void refusals::count(const refusal_notice& told) {
  rows_[told.reason].count += uint64_t{told.times};
}

std::optional<refusal_notice> refusals::add(refusal_notice notice,
                                            steady_clock::time_point now) {
  auto& r = rows_[notice.reason];
  ++r.count;
  ++r.untold;
  r.last = std::move(notice);
  return take_due(r, now);
}

std::optional<refusal_notice> refusals::take_due(row& r, steady_clock::time_point now) {
  if (r.untold == 0 || (r.told_at && now - *r.told_at < limits::refusal_report))
    return std::nullopt;
  r.told_at = now;
  auto due = std::move(r.last);
  due.times = quantity{std::exchange(r.untold, 0)};
  return due;
}

std::vector<refusal_notice> refusals::take_due(steady_clock::time_point now) {
  std::vector<refusal_notice> all;
  for (auto& [reason, r] : rows_)
    if (auto due = take_due(r, now))
      all.push_back(std::move(*due));
  return all;
}

std::map<std::string, uint64_t> refusals::counts() const {
  std::map<std::string, uint64_t> all;
  for (auto& [reason, r] : rows_)
    all.emplace(reason, r.count);
  return all;
}

} // namespace troupe::coordination
