#include "actors/interfaces/metrics_source.hpp"

#include <algorithm>

namespace troupe {

metrics_sources::registration metrics_sources::add(source s) {
  std::scoped_lock lock{mutex_};
  all_.emplace_back(++last_number_, std::move(s));
  return {weak_from_this(), last_number_};
}

void metrics_sources::remove(uint64_t number) {
  std::scoped_lock lock{mutex_};
  std::erase_if(all_, [number](auto& s) { return s.first == number; });
}

std::vector<metrics_sources::source> metrics_sources::get() const {
  std::scoped_lock lock{mutex_};
  std::vector<source> all;
  all.reserve(all_.size());
  for (auto& [number, s] : all_)
    all.push_back(s);
  return all;
}

} // namespace troupe
