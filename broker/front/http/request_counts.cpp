#include "broker/front/http/request_counts.hpp"

#include <algorithm>
#include <string_view>

namespace troupe::front::http {

namespace {

constexpr auto& all_statuses = request_counts::statuses;
static_assert(std::is_sorted(all_statuses.begin(), all_statuses.end()));

/// Returns `/api/call/{to}/{kind}` for `api/call/{to}/{kind/}`.
std::string to_label(std::string_view pattern) {
  std::string label{'/'};
  label += pattern;
  if (label.ends_with("/}"))
    label.replace(label.size() - 2, 2, "}");
  return label;
}

size_t index_of(unsigned status) noexcept {
  auto found = std::lower_bound(all_statuses.begin(), all_statuses.end(), status);
  auto i = static_cast<size_t>(found - all_statuses.begin());
  return std::min(i, all_statuses.size() - 1);
}

} // namespace

request_counts::request_counts(const route_registry& routes) {
  for (auto& pattern : routes.patterns())
    routes_.push_back(to_label(pattern));
  routes_.emplace_back("none");
  counts_ = std::make_unique<by_status[]>(routes_.size());
}

void request_counts::add(const route* where, unsigned status) noexcept {
  auto i = where ? where->pattern_number : routes_.size() - 1;
  counts_[i][index_of(status)].add();
}

std::vector<request_counts::row> request_counts::rows() const {
  std::vector<row> all;
  for (size_t i = 0; i < routes_.size(); ++i)
    for (size_t k = 0; k < statuses.size(); ++k)
      if (auto n = counts_[i][k].get(); n > 0)
        all.push_back({routes_[i], statuses[k], n});
  return all;
}

} // namespace troupe::front::http
